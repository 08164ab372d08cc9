"""Sums up signals that changed, sees what rises, and carries out what the rules say: one transaction for some hundred signals."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import among
from models.database import transaction
from models.rule import in_force_for
from models.settings import settings
from models.signal import Signal, area_counts, heard_in, to_assess
from models.ticket import tickets_about
from models.town import Place, Theme
from models.words import PlaceKind, SignalStatus
from routing.bursts.keep import keep
from routing.bursts.lasting import note_lasting
from routing.bursts.rise import Rise
from routing.bursts.stretches import Said
from routing.bursts.surveillance import FEWEST
from routing.bursts.yardstick import Yardstick, yardstick
from routing.rules.decide import Rules
from routing.rules.facts import Facts
from routing.rules.in_force import in_force
from routing.rules.known import Story, facts_of
from routing.signals.history import tell_of_status
from routing.signals.naming import OrdinaryWords, ordinary_words, telling_by_signal
from routing.signals.stories.story import AREA_SHARE, GAP
from routing.signals.summary import Heard, Summary, listed, reason, summarise, title, voices_of, weight
from routing.tickets.carry_out import Tally, Verdict, carry_out, follow_merge


@dataclass(frozen=True)
class Frame:
    """What is the same for every signal of a run."""

    now: datetime
    rules: Rules
    yardstick: Yardstick
    names: Mapping[str, str]
    """Of themes by slug and of neighbourhoods by id."""


@dataclass(frozen=True)
class Assessed:
    """One signal, weighed: what its row and the rules need."""

    summary: Summary
    usual: float
    rises: tuple[Rise, ...]
    rising: bool
    areas: tuple[tuple[str, int], ...]
    """Neighbourhood ids with their messages, most first."""
    heard: Sequence[Heard]


def assess(now: datetime, batch: int) -> tuple[int, Tally]:
    """Assess every signal that may have changed; how many, and what became of tickets. One process at a time."""
    with transaction() as session:
        work = to_assess(session)
        rules = in_force(session, settings().config, now).rules
        if not work:
            return 0, Tally()
        oldest = session.scalar(select(func.min(Signal.first_at)).where(Signal.id == among(work))) or now
        ordinary = ordinary_words(session)
        frame = Frame(now, rules, yardstick(session, now, oldest, settings().zone), names(session))
    tally = Tally()
    for begin in range(0, len(work), batch):
        with transaction() as session:
            tally += _assess(session, work[begin : begin + batch], frame, ordinary)
    return len(work), tally


def names(session: Session) -> dict[str, str]:
    """Names of themes by slug and of neighbourhoods by id."""
    themes = {row.slug: row.name for row in session.execute(select(Theme.slug, Theme.name))}
    areas = {row.id: row.name for row in session.execute(select(Place.id, Place.name).where(Place.kind == PlaceKind.NEIGHBOURHOOD))}
    return themes | areas


def _assess(session: Session, signal_ids: Sequence[int], frame: Frame, ordinary: OrdinaryWords) -> Tally:
    signals = {signal.id: signal for signal in session.scalars(select(Signal).where(Signal.id == among(signal_ids)).order_by(Signal.id))}
    heard, areas = heard_by_signal(session, signal_ids), areas_by_signal(session, signal_ids)
    tickets, routings = tickets_about(session, signal_ids), in_force_for(session, signal_ids)
    called = {signal.id: _names_in(signal, areas[signal.id], frame) for signal in signals.values()}
    telling = telling_by_signal(session, heard, called, ordinary)
    open_: dict[Signal, Assessed] = {}
    for signal in signals.values():
        signal.summary_due = False
        signal.summarised_at = frame.now
        if signal.status is SignalStatus.MERGED:
            follow_merge(session, signal, tickets.get(signal.id), frame.now)
            continue
        if not heard[signal.id]:
            signal.status, signal.messages, signal.recent, signal.weight = SignalStatus.CLOSED, 0, 0, 0.0
            continue
        weighed = weigh(signal.sub, heard[signal.id], areas[signal.id], frame)
        before = signal.status
        _note(signal, weighed, frame, telling[signal.id])
        tell_of_status(session, signal, before)
        keep(session, signal.id, weighed.rises, frame.now)
        if signal.status is SignalStatus.OPEN:
            open_[signal] = weighed
    note_lasting(session, open_, frame.now, frame.yardstick.zone)
    session.flush()
    facts = facts_by_signal(session, open_, frame)
    verdicts = [_verdict(signal, weighed, facts[signal.id], frame) for signal, weighed in open_.items()]
    return carry_out(session, verdicts, tickets, routings, frame.rules.version, frame.now)


def _verdict(signal: Signal, weighed: Assessed, facts: Facts, frame: Frame) -> Verdict:
    decision = frame.rules.decide(facts)
    because = told(signal, weighed, decision.rule, frame, facts.outside)
    return Verdict(signal, decision, because, weighed.rising, _counter(weighed.heard), facts)


def heard_by_signal(session: Session, signal_ids: Sequence[int]) -> dict[int, list[Heard]]:
    """The messages of each signal, oldest first."""
    heard: dict[int, list[Heard]] = defaultdict(list)
    for row in heard_in(session, signal_ids):
        signal_id, id, at, text, author, channel, medium, reach, answered_at, _private, deleted_at, kind, tone, urgency, language = row
        answered = answered_at is not None or deleted_at is not None
        heard[signal_id].append(Heard(id, at, text, author, channel, medium, reach, answered, kind, tone, urgency, language))
    return heard


def areas_by_signal(session: Session, signal_ids: Sequence[int]) -> dict[int, tuple[tuple[str, int], ...]]:
    """The neighbourhoods of each signal with their messages, most first; those hardly named left out."""
    counts: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for signal_id, area, count in area_counts(session, signal_ids):
        if area is not None:
            counts[signal_id].append((area, count))
    kept: dict[int, tuple[tuple[str, int], ...]] = defaultdict(tuple)
    for signal_id, pairs in counts.items():
        least = AREA_SHARE * sum(count for _, count in pairs)
        kept[signal_id] = tuple(pair for pair in pairs if pair[1] >= least)
    return kept


def weigh(sub: str, heard: Sequence[Heard], areas: tuple[tuple[str, int], ...], frame: Frame) -> Assessed:
    """Sum up a signal and judge each of its days and the 24 hours up to now."""
    summary = summarise(heard, frame.now)
    measure, where = frame.yardstick, [area for area, _ in areas]
    began = heard[0].at.astimezone(measure.zone).date()
    voices = voices_of(heard)
    said = [Said(message.id, message.at, voices[message.id]) for message in heard]
    rises = [measure.judge_day(sub, where, began, day, said) for day in _days_of_many(said, frame)]
    latest = measure.judge_last_day(sub, where, began, frame.now, said)
    if not latest.burst:
        latest = measure.judge_town(sub, frame.now, said) or latest
    past = [rise for rise in rises if rise.burst]
    usual = measure.usually(sub, where, began, frame.now)
    return Assessed(summary, usual, (*past, latest) if latest.burst else tuple(past), latest.burst, areas, heard)


def facts_by_signal(session: Session, open_: Mapping[Signal, Assessed], frame: Frame) -> dict[int, Facts]:
    """What the rules may ask of some signals."""
    stories = [
        Story(signal, weighed.summary, weighed.heard, tuple(area for area, _ in weighed.areas), weighed.rising, weighed.usual)
        for signal, weighed in open_.items()
    ]
    return facts_of(session, stories, frame.rules.asked_words, frame.now, frame.yardstick.zone)


def told(signal: Signal, weighed: Assessed, rule: str, frame: Frame, outside: Sequence[str] = ()) -> str:
    """The reason of a routing, for people. `outside` are other municipalities that the signal touches."""
    where = [frame.names.get(area, area) for area, _ in weighed.areas]
    theme, sub = frame.names.get(signal.theme, signal.theme), frame.names.get(signal.sub, signal.sub)
    also = f" Het speelt ook in {listed(outside)}: stem af met die gemeente." if outside else ""
    return reason(theme, sub, weighed.summary.recent, weighed.summary.messages, where, weighed.usual, rule) + also


def _days_of_many(said: Sequence[Said], frame: Frame) -> list[date]:
    """The local days before today on which so many voices were heard that they may be a burst."""
    zone = frame.yardstick.zone
    voices: dict[date, set[str]] = defaultdict(set)
    for one in said:
        voices[one.at.astimezone(zone).date()].add(one.voice)
    return [day for day, heard in voices.items() if len(heard) >= FEWEST and day < frame.now.astimezone(zone).date()]


def _names_in(signal: Signal, areas: Sequence[tuple[str, int]], frame: Frame) -> list[str]:
    """What the title tells already."""
    return [
        signal.sub,
        frame.names.get(signal.sub, ""),
        frame.names.get(signal.theme, ""),
        *(frame.names.get(area, area) for area, _ in areas),
    ]


def _note(signal: Signal, weighed: Assessed, frame: Frame, telling: Sequence[str]) -> None:
    """Write the summary into the signal's row."""
    summary = weighed.summary
    signal.areas = [area for area, _ in weighed.areas]
    where = [(frame.names.get(area, area), count) for area, count in weighed.areas]
    signal.title = title(frame.names.get(signal.sub, signal.sub), where, summary, telling)
    signal.first_at, signal.last_at = weighed.heard[0].at, weighed.heard[-1].at
    signal.status = SignalStatus.OPEN if signal.last_at > frame.now - GAP else SignalStatus.CLOSED
    signal.messages, signal.people, signal.reach = summary.messages, summary.people, summary.reach
    signal.questions, signal.unanswered, signal.campaign = summary.questions, summary.unanswered, summary.campaign
    signal.recent, signal.usual, signal.tone, signal.urgency = summary.recent, weighed.usual, summary.tone, summary.urgency
    signal.weight = weight(summary, weighed.usual)


def _counter(heard: Sequence[Heard]) -> Callable[[datetime], int]:
    """Counts the messages after a moment."""
    return lambda since: sum(message.at > since for message in heard)
