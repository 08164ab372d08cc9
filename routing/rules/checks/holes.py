"""What falls through: themes that nobody goes about, and alerts that reach nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.words import Action
from routing.rules.checks.implied import subs
from routing.rules.decide import Rules
from routing.rules.grammar import Rule, all_rules
from routing.rules.names import Names

MOST = 5


@dataclass(frozen=True)
class Gap:
    """A span in which nobody has duty."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Town:
    """What the other files have. `gaps` and `doubles` are of the coming weeks; `has_roster` is False where there is no roster.yaml."""

    without_address: frozenset[str]
    channels: frozenset[str]
    has_roster: bool
    roster_problem: str | None = None
    gaps: tuple[Gap, ...] = ()
    doubles: tuple[str, ...] = ()


def holes(rules: Rules, names: Names, town: Town | None) -> Iterator[str]:
    """Themes without owner or rule, and, where the town is known, alerts that reach nobody."""
    yield from _themes_without_owner(rules, names)
    yield from _themes_without_rule(rules, names)
    if town is not None:
        yield from _alerts_to_nobody(rules, names, town)


def _themes_without_owner(rules: Rules, names: Names) -> Iterator[str]:
    owners = rules.file.owners
    ownerless = sorted({sub for sub in subs(["*"], names) if sub not in owners and sub.partition("/")[0] not in owners})
    if ownerless and any(rule.then.department is None for rule in all_rules(rules.file)):
        yield f"{_some(ownerless)} {_have(ownerless)} geen eigenaar onder owners: een regel zonder afdeling stuurt dat naar het vangnet."


def _themes_without_rule(rules: Rules, names: Names) -> Iterator[str]:
    every = all_rules(rules.file)
    if any(rule.when.is_empty for rule in every):
        return
    covered = frozenset[str]().union(*(subs(rule.when.theme, names) for rule in every if rule.when.theme is not None))
    missed = sorted({sub.partition("/")[0] for sub in subs(["*"], names)} - {sub.partition("/")[0] for sub in covered})
    if missed:
        yield f"Geen enkele regel noemt {_some(missed)}: wat niet opvalt, gaat naar het vangnet."


def _alerts_to_nobody(rules: Rules, names: Names, town: Town) -> Iterator[str]:
    alerts = [rule for rule in all_rules(rules.file) if rule.then.action is Action.ALERT]
    for department in sorted({d for rule in alerts if "department" in rule.then.to for d in _departments(rules, rule, names)}):
        if department in town.without_address:
            yield f"Afdeling {department!r} krijgt meldingen maar heeft geen email in departments.yaml: ze gaan naar de redactie."
    for rule in alerts:
        for channel in (to.removeprefix("channel:") for to in rule.then.to if to.startswith("channel:")):
            if channel not in town.channels:
                yield f"Regel {rule.name!r} meldt aan kanaal {channel!r}, en dat staat niet in channels.yaml."
    if any("roster" in rule.then.to for rule in alerts):
        yield from _roster(town)


def _roster(town: Town) -> Iterator[str]:
    if town.roster_problem is not None:
        yield f"Het dienstrooster kan niet gebruikt worden. {town.roster_problem}"
    if not town.has_roster:
        yield "Een regel meldt aan wie dienst heeft (roster), maar er is geen roster.yaml: die meldingen gaan naar de redactie."
    for gap in town.gaps[:MOST]:
        yield f"Van {gap.start:%d-%m %H:%M} tot {gap.end:%d-%m %H:%M} heeft niemand dienst: vul roster.yaml aan."
    if len(town.gaps) > MOST:
        yield f"In de weken daarna heeft nog {len(town.gaps) - MOST} keer niemand dienst."
    yield from town.doubles[:MOST]


def _departments(rules: Rules, rule: Rule, names: Names) -> frozenset[str]:
    """Who can get what a rule decides."""
    if rule.then.department is not None:
        return frozenset((rule.then.department,))
    return frozenset(rules.owner(sub) for sub in subs(rule.when.theme or ["*"], names))


def _some(names: list[str]) -> str:
    more = f" en {len(names) - MOST} andere" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def _have(names: list[str]) -> str:
    return "heeft" if len(names) == 1 else "hebben"
