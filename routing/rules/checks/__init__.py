"""What a careful reader would remark on rules that can be used."""

from collections.abc import Sequence

from routing.rules.checks.holes import Town, holes
from routing.rules.checks.order import never_reached, overlaps
from routing.rules.decide import Rules
from routing.rules.names import Names

__all__ = ["Town", "check"]


def check(rules: Rules, names: Names, town: Town | None = None) -> Sequence[str]:
    """Rules that are never reached, rules between which only the order decides, and what falls through. Empty when all is well.

    `town` says what the other files have (rosters, addresses, channels); without it only the rules themselves are looked at.
    """
    return [*never_reached(rules, names), *overlaps(rules, names), *holes(rules, names, town)]
