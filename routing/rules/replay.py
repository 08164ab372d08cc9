"""What a set of rules would have made of the last months: the facts that were kept with each decision, decided again. Touches nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from sqlalchemy.orm import Session

from models.language import _, msgid, one_or_more, translated
from models.rule import Routing, further_between, routings_between
from models.signal import Signal
from models.words import Action
from routing.rules.decide import Decision, Rules
from routing.rules.facts import Facts, read
from routing.rules.past import Past

BATCH = 500
EXAMPLES = 5
WEIGHT = {Action.IGNORE: 0, Action.WATCH: 1, Action.DIGEST: 2, Action.TICKET: 3, Action.ALERT: 4}


class Change(StrEnum):
    """What would become of a signal for a department."""

    COMES = msgid("erbij")
    GOES = msgid("eraf")
    OTHERWISE = "anders"


@dataclass(frozen=True)
class Outcome:
    """The weightiest thing that was or would be done with a signal, and in whose digest it was or would be besides."""

    action: Action
    department: str
    also: frozenset[str] = frozenset()

    @property
    def parts(self) -> Mapping[str, Action]:
        """What each department gets."""
        if self.action in (Action.IGNORE, Action.WATCH):
            return dict.fromkeys(self.also, Action.DIGEST)
        return {**dict.fromkeys(self.also, Action.DIGEST), self.department: self.action}


@dataclass(frozen=True)
class Example:
    """One signal whose way would change."""

    signal_id: int
    title: str
    before: Outcome
    after: Outcome
    rule: str
    """The rule that would decide."""


@dataclass
class Department:
    """What would change for one department, by the action that it gets or would have got."""

    changes: Counter[tuple[Change, Action]] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """What would change. `recomputed` signals were decided on before facts were kept: theirs were made from their messages."""

    signals: int
    changed: int
    recomputed: int
    unknown: int
    """Signals of which nothing is left to decide on."""
    departments: Mapping[str, Department]


def backtest(session: Session, rules: Rules, since: datetime, until: datetime) -> Report:
    """Decide all that was decided after `since`, up to and including `until`, with other rules."""
    past = Past(session, rules.asked_words)
    further = further_between(session, since, until)
    departments: dict[str, Department] = defaultdict(Department)
    signals = changed = recomputed = unknown = 0
    for signal, routings in _by_signal(routings_between(session, since, until, BATCH)):
        signals += 1
        recomputed += any(routing.facts is None for routing in routings)
        decisions = [rules.decide(facts) for facts in _seen(past, signal, routings)]
        if not decisions:
            unknown += 1
            continue
        best = max(decisions, key=lambda decision: WEIGHT[decision.action])
        before, after = _was(routings, further), _would(best)
        if before.parts != after.parts:
            changed += 1
            _note(departments, Example(signal.id, signal.title, before, after, best.rule))
    return Report(signals, changed, recomputed, unknown, dict(sorted(departments.items())))


def _by_signal(rows: Iterable[tuple[Routing, Signal]]) -> Iterator[tuple[Signal, list[Routing]]]:
    for __, group in groupby(rows, key=lambda row: row[0].signal_id):
        pairs = list(group)
        yield pairs[0][1], [pair[0] for pair in pairs]


def _seen(past: Past, signal: Signal, routings: Sequence[Routing]) -> Iterator[Facts]:
    """The facts of each decision: when it was taken, and when the signal last changed under it."""
    for routing in routings:
        if routing.facts is None:
            yield from past.recomputed(signal, routing)
            continue
        yield past.completed(read(routing.facts), routing)
        if routing.latest_facts is not None and routing.latest_facts != routing.facts:
            yield past.completed(read(routing.latest_facts), routing)


def _was(routings: Sequence[Routing], further: Mapping[int, frozenset[str]]) -> Outcome:
    weightiest = max(routings, key=lambda routing: WEIGHT[routing.action])
    return Outcome(weightiest.action, weightiest.department_id, further.get(weightiest.id, frozenset()))


def _would(decision: Decision) -> Outcome:
    return Outcome(decision.action, decision.department, frozenset(one.department for one in decision.also if one.action is Action.DIGEST))


def _note(departments: dict[str, Department], example: Example) -> None:
    before, after = example.before.parts, example.after.parts
    for department in {*before, *after}:
        had, gets = before.get(department), after.get(department)
        if had == gets:
            continue
        change = Change.COMES if had is None else Change.GOES if gets is None else Change.OTHERWISE
        told = departments[department]
        told.changes[change, gets or had or Action.DIGEST] += 1
        if len(told.examples) < EXAMPLES:
            told.examples.append(example)


def in_sentences(report: Report, names: Mapping[str, str]) -> Iterator[str]:
    """The report for a person, a line each."""
    yield f"{report.signals} signalen opnieuw beslist; bij {report.changed} zou het anders gaan."
    if report.recomputed:
        yield f"Van {report.recomputed} waren de gegevens van toen niet bewaard; ze zijn uit de berichten opnieuw berekend."
    if report.unknown:
        yield f"Van {report.unknown} is niets meer bekend."
    for department, told in report.departments.items():
        yield f"{names.get(department, department)}: {', '.join(counts(told))}"
        for example in told.examples:
            way = f"{shown(example.before, names)} -> {shown(example.after, names)}"
            yield f"    signaal {example.signal_id} {example.title}: {way} ({example.rule})"


def counts(told: Department) -> Iterator[str]:
    """`3 tickets erbij`, `1 dagbericht eraf`"""
    for (change, action), number in sorted(told.changes.items(), key=lambda item: (-WEIGHT[item[0][1]], item[0][0])):
        count = f"{number} {_called(action, number)}"
        yield _("%(count)s in plaats van iets anders", count=count) if change is Change.OTHERWISE else f"{count} {translated(change)}"


def shown(outcome: Outcome, names: Mapping[str, str]) -> str:
    """`ticket voor Reiniging`"""
    if outcome.action in (Action.WATCH, Action.IGNORE):
        return _called(outcome.action, 1)
    return _(
        "%(action)s voor %(department)s", action=_called(outcome.action, 1), department=names.get(outcome.department, outcome.department)
    )


def _called(action: Action, number: int) -> str:
    match action:
        case Action.ALERT:
            return one_or_more("dringende melding", "dringende meldingen", number)
        case Action.TICKET:
            return one_or_more("ticket", "tickets", number)
        case Action.DIGEST:
            return one_or_more("keer in het dagbericht", "keer in het dagbericht", number)
        case Action.WATCH:
            return one_or_more("keer alleen bij de redactie", "keer alleen bij de redactie", number)
        case Action.IGNORE:
            return one_or_more("keer terzijde", "keer terzijde", number)
