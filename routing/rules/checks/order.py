"""What the order of the rules does: rules that are never reached, and rules between which nothing but the order decides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.words import Action
from routing.rules.checks.implied import BOOLEANS, ONE_VALUE, exclude, implies, joined, subs, universe, without
from routing.rules.conditions import When
from routing.rules.decide import Rules
from routing.rules.grammar import ACTS, Group, Match, Rule, ordered
from routing.rules.names import Names

MOST = 5
"""Overlaps that are told; more would not be read."""


@dataclass(frozen=True)
class Reached:
    """A rule with all that must hold for it to be asked. `path` leads to it: at each level how it matches, and the position in it."""

    rule: Rule
    when: When
    path: tuple[tuple[Match, int], ...]

    def goes_before(self, other: "Reached") -> bool:
        """Whether the other is not asked once this one fits."""
        for (match, here), (_, there) in zip(self.path, other.path, strict=False):
            if here != there:
                return match is Match.FIRST and here < there
        return False


def reached(entries: Sequence[Rule | Group]) -> list[Reached]:
    """Every rule, in the order in which they are asked."""
    return list(_reached(entries, Match.FIRST, (), ()))


def _reached(
    entries: Sequence[Rule | Group], match: Match, above: tuple[When, ...], path: tuple[tuple[Match, int], ...]
) -> Iterator[Reached]:
    for position, entry in enumerate(ordered(entries)):
        here = (*path, (match, position))
        if isinstance(entry, Rule):
            yield Reached(entry, joined([*above, entry.when]) if above else entry.when, here)
        else:
            yield from _reached(entry.rules, entry.match, (*above, entry.when), here)


def never_reached(rules: Rules, names: Names) -> Iterator[str]:
    """Rules that cannot fire, since earlier ones always fit where they do; alone, or several together."""
    every = reached(rules.file.rules)
    for index, one in enumerate(every):
        earlier = [other for other in every[:index] if other.goes_before(one)]
        blocking = _in_the_way(one, earlier, names)
        if blocking:
            named = " en ".join(repr(other.rule.name) for other in blocking)
            stands = "regel {0} staat ervoor en past" if len(blocking) == 1 else "regels {0} staan ervoor en een daarvan past"
            yield (
                f"Regel {one.rule.name!r} komt nooit aan de beurt: {stands.format(named)} altijd als deze past. "
                f"Zet {one.rule.name!r} eerder of haal hem weg."
            )


def _in_the_way(one: Reached, earlier: Sequence[Reached], names: Names) -> list[Reached]:
    for other in earlier:
        if implies(one.when, other.when, names):
            return [other]
    for field in ("theme", *ONE_VALUE, *BOOLEANS):
        wanted = _values(one.when, field, names)
        if not wanted:
            continue
        able = [(other, _values(other.when, field, names)) for other in earlier if getattr(other.when, field) is not None]
        able = [(other, values & wanted) for other, values in able if values & wanted]
        found: list[Reached] = []
        left = wanted
        for other, values in able:
            if left & values and implies(one.when, without(other.when, field), names):
                found.append(other)
                left = left - values
        if not left:
            return found
    return []


def _values(when: When, field: str, names: Names) -> frozenset[object]:
    """Which values of one field a condition allows; empty where nobody knows them all."""
    given = getattr(when, field)
    if given is None:
        return universe(field, names)
    if field == "theme":
        return frozenset(subs(given, names))
    return frozenset((given,)) if isinstance(given, bool) else frozenset(given)


def overlaps(rules: Rules, names: Names) -> Iterator[str]:
    """The risky ones: an alert that a calmer rule can keep from firing, and tickets of two departments between which the order decides."""
    found = list(_overlaps(reached(rules.file.rules), names))
    yield from found[:MOST]
    if len(found) > MOST:
        yield f"Er zijn nog {len(found) - MOST} regels die elkaar zo overlappen."


def _overlaps(every: Sequence[Reached], names: Names) -> Iterator[str]:
    for index, later in enumerate(every):
        for earlier in every[:index]:
            risk = _risk(earlier.rule, later.rule)
            if risk and earlier.goes_before(later) and not _is_meant(earlier, later, names):
                yield f"Regels {earlier.rule.name!r} en {later.rule.name!r} kunnen allebei passen; de eerste beslist dan. {risk}"


def _risk(earlier: Rule, later: Rule) -> str:
    if later.then.action is Action.ALERT and earlier.then.action is not Action.ALERT:
        return f"Dan gaat er geen melding uit. Zet {later.name!r} eerder, of sluit het in {earlier.name!r} uit met not."
    tickets = earlier.then.action in ACTS and later.then.action in ACTS
    if tickets and earlier.then.department and later.then.department and earlier.then.department != later.then.department:
        return (
            f"Het ticket gaat dan naar {earlier.then.department} en niet naar {later.then.department}: geef de ander een plaats met with."
        )
    return ""


def _is_meant(earlier: Reached, later: Reached, names: Names) -> bool:
    """They never meet, or the earlier is the special case of the later: that is what order is for."""
    return exclude(earlier.when, later.when, names) or implies(earlier.when, later.when, names)
