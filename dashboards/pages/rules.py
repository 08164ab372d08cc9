"""Regels: what happens to a signal, and why; what changed rules would do, and letting them in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import ndiff
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.errors import Refusal
from dashboards.people.rights import Right
from dashboards.visit import CheckedForm, Visit, Visitor, needs, see_other
from dashboards.words.rules import manners, sentences
from models.configuration import ConfigurationError
from models.language import _
from models.rule import RuleSet, decisions_since, rule_sets
from models.settings import settings
from models.town import department_names
from routing.alerts.roster import OnHand, roster_on_hand
from routing.alerts.timetable import who_has_duty
from routing.errors import RulesError
from routing.rules.decide import Rules
from routing.rules.grammar import FALLBACK, Group, Match, Rule, RulesFile, ordered
from routing.rules.in_force import confirm, known_names, must_be_confirmed, of_file
from routing.rules.reading import parse_rules
from routing.rules.replay import Report, backtest, counts, shown

router = APIRouter(prefix="/regels", dependencies=[needs(Right.RULES)])

VERSIONS = 10
COUNTED = timedelta(days=7)
REPLAYED = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """One line of the table: a rule or the head of a group. `group` is the one it stands in."""

    entry: Rule | Group
    group: str

    @property
    def rule(self) -> Rule | None:
        return self.entry if isinstance(self.entry, Rule) else None

    @property
    def every(self) -> bool:
        """Whether of this group every rule that fits has its say."""
        return isinstance(self.entry, Group) and self.entry.match is Match.ALL


@dataclass(frozen=True)
class Preview:
    """What the file would change where it is not in force; `waits`: until somebody confirms it."""

    rules: Rules
    waits: bool
    report: Report
    changes: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Version:
    """One version, with what it changed: `+` or `-` and a sentence. None: nobody can tell any more."""

    row: RuleSet
    changes: Sequence[tuple[str, str]] | None


@router.get("")
def rules_in_force(visit: Visitor) -> Response:
    versions = rule_sets(visit.session, VERSIONS)
    files = [_read(visit, version.source) for version in versions]
    written = of_file(visit.session, settings().config)
    file = files[0] if files else None
    roster = roster_on_hand(visit.session, settings().config, visit.now)
    return visit.page(
        "rules.html",
        versions=[
            Version(row, _changes(visit, older, newer) if older is not None and newer is not None else None)
            for row, newer, older in zip(versions, files, [*files, None][1:], strict=True)
        ],
        file=file,
        rows=list(_rows(file.rules, "")) if file is not None else [],
        manners=list(manners(file.alerts)) if file is not None else [],
        problem=written if isinstance(written, str) else None,
        roster=roster,
        on_duty=_duty(visit, roster),
        preview=_preview(visit, written, versions[0], file) if isinstance(written, Rules) and versions else None,
        may_confirm=visit.may(Right.CHANGE_RULES),
        decided=decisions_since(visit.session, visit.now - COUNTED),
        names=department_names(visit.session),
        fallback=FALLBACK,
        counts=counts,
        shown=shown,
    )


@router.post("/bevestigen", dependencies=[needs(Right.CHANGE_RULES), CheckedForm])
def let_in(visit: Visitor, version: Annotated[str, Form(max_length=64)]) -> Response:
    try:
        confirm(visit.session, settings().config, version, visit.account.name, visit.now)
    except RulesError as error:
        raise Refusal(409, str(error), _("Ga terug naar de pagina Regels. Er is niets veranderd.")) from error
    return see_other("/regels")


def _preview(visit: Visit, written: Rules, newest: RuleSet, present: RulesFile | None) -> Preview | None:
    if written.version == newest.version:
        return None
    report = backtest(visit.session, written, visit.now - REPLAYED, visit.now)
    changes = _changes(visit, present, written.file) if present is not None else ()
    return Preview(written, must_be_confirmed(settings().config), report, changes)


def _rows(entries: Sequence[Rule | Group], group: str) -> Iterator[Row]:
    """In the order in which they are asked."""
    for entry in ordered(entries):
        yield Row(entry, group)
        if isinstance(entry, Group):
            yield from _rows(entry.rules, entry.group)


def _changes(visit: Visit, older: RulesFile, newer: RulesFile) -> list[tuple[str, str]]:
    """The sentences that went and came."""
    lines = ndiff(_said(visit, older), _said(visit, newer))
    return [(line[0], line[2:]) for line in lines if line[0] in "+-"]


def _said(visit: Visit, file: RulesFile) -> list[str]:
    pages, names = visit.request.app.state.pages, department_names(visit.session)
    return sentences(file, pages.theme, pages.area, lambda id: names.get(id, id))


def _duty(visit: Visit, roster: OnHand) -> str | None:
    """The name of who has duty now."""
    person = who_has_duty(visit.session, roster.roster, visit.now, settings().zone) if roster.roster is not None else None
    return person.name if person is not None else None


def _read(visit: Visit, source: str) -> RulesFile | None:
    """A version as rules; None where a theme or department it names has gone since."""
    try:
        return parse_rules(source, known_names(visit.session), "regels").file
    except ConfigurationError:
        return None
