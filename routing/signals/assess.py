"""Sums up signals that changed, sees what rises, and carries out what the rules say: one transaction for some hundred signals."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.base import among
from models.database import transaction
from models.rule import in_force_for
from models.settings import settings
from models.signal import Burst, Signal, area_counts, heard_in, to_assess
from models.ticket import tickets_about
from models.town import Place, Theme
from models.words import PlaceKind, SignalStatus
from routing.bursts.surveillance import FEWEST, Rise
from routing.bursts.yardstick import Yardstick, yardstick
from routing.rules.grammar import Facts, Rules
from routing.rules.in_force import in_force
from routing.signals.grouping import AREA_SHARE, GAP
from routing.signals.summary import Heard, Summary, reason, summarise, times_usual, title, voices_of, weight
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
        frame = Frame(now, rules, yardstick(session, now, oldest, settings().zone), names(session))
    tally = Tally()
    for begin in range(0, len(work), batch):
        with transaction() as session:
            tally += _assess(session, work[begin : begin + batch], frame)
    return len(work), tally


def names(session: Session) -> dict[str, str]:
    """Names of themes by slug and of neighbourhoods by id."""
    themes = {row.slug: row.name for row in session.execute(select(Theme.slug, Theme.name))}
    areas = {row.id: row.name for row in session.execute(select(Place.id, Place.name).where(Place.kind == PlaceKind.NEIGHBOURHOOD))}
    return themes | areas


def _assess(session: Session, signal_ids: Sequence[int], frame: Frame) -> Tally:
    signals = {signal.id: signal for signal in session.scalars(select(Signal).where(Signal.id == among(signal_ids)).order_by(Signal.id))}
    heard, areas = heard_by_signal(session, signal_ids), areas_by_signal(session, signal_ids)
    tickets, routings = tickets_about(session, signal_ids), in_force_for(session, signal_ids)
    verdicts: list[Verdict] = []
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
        _note(signal, weighed, frame)
        _keep_bursts(session, signal.id, weighed.rises, frame.now)
        if signal.status is SignalStatus.OPEN:
            decision = frame.rules.decide(facts(signal, weighed, frame.now))
            verdicts.append(Verdict(signal, decision, told(signal, weighed, decision.rule, frame), weighed.rising, _counter(weighed.heard)))
    session.flush()
    return carry_out(session, verdicts, tickets, routings, frame.rules.version, frame.now)


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
    rises = [
        measure.judge_day(sub, where, began, day, voices) for day, voices in _voices_by_day(heard, measure).items() if voices >= FEWEST
    ]
    latest = measure.judge_last_day(sub, where, began, frame.now, summary.recent_people)
    past = [rise for rise in rises if rise.burst and rise.day != latest.day]
    return Assessed(summary, latest.expected, (*past, latest) if latest.burst else tuple(past), latest.burst, areas, heard)


def facts(signal: Signal, weighed: Assessed, now: datetime) -> Facts:
    """What the rules may ask of a signal."""
    summary = weighed.summary
    return Facts(
        theme=signal.theme,
        sub=signal.sub,
        areas=tuple(area for area, _ in weighed.areas),
        channels=summary.channels,
        kind=summary.kind,
        urgency=summary.urgency,
        ages=tuple((now - message.at) / timedelta(hours=1) for message in weighed.heard),
        people=summary.people,
        burst=weighed.rising,
        campaign=summary.campaign,
        times_usual=times_usual(summary.recent, weighed.usual),
        language=summary.language,
    )


def told(signal: Signal, weighed: Assessed, rule: str, frame: Frame) -> str:
    """The reason of a routing, for people."""
    where = [frame.names.get(area, area) for area, _ in weighed.areas]
    theme, sub = frame.names.get(signal.theme, signal.theme), frame.names.get(signal.sub, signal.sub)
    return reason(theme, sub, weighed.summary.recent, weighed.summary.messages, where, weighed.usual, rule)


def _voices_by_day(heard: Sequence[Heard], measure: Yardstick) -> dict[date, int]:
    voices = voices_of(heard)
    by_day: dict[date, set[str]] = defaultdict(set)
    for message in heard:
        by_day[message.at.astimezone(measure.zone).date()].add(voices[message.id])
    return {day: len(people) for day, people in by_day.items()}


def _note(signal: Signal, weighed: Assessed, frame: Frame) -> None:
    """Write the summary into the signal's row."""
    summary = weighed.summary
    signal.areas = [area for area, _ in weighed.areas]
    signal.title = title(frame.names.get(signal.sub, signal.sub), [(frame.names.get(area, area), n) for area, n in weighed.areas], summary)
    signal.first_at, signal.last_at = weighed.heard[0].at, weighed.heard[-1].at
    signal.status = SignalStatus.OPEN if signal.last_at > frame.now - GAP else SignalStatus.CLOSED
    signal.messages, signal.people, signal.reach = summary.messages, summary.people, summary.reach
    signal.questions, signal.unanswered, signal.campaign = summary.questions, summary.unanswered, summary.campaign
    signal.recent, signal.usual, signal.tone, signal.urgency = summary.recent, weighed.usual, summary.tone, summary.urgency
    signal.weight = weight(summary, weighed.usual)


def _keep_bursts(session: Session, signal_id: int, rises: Sequence[Rise], now: datetime) -> None:
    if not rises:
        return
    rows = [
        {"signal_id": signal_id, "day": r.day, "detected_at": now, "observed": r.observed, "expected": r.expected, "p_value": r.p_value}
        for r in rises
    ]
    statement = insert(Burst).values(rows)
    grown = {name: statement.excluded[name] for name in ("observed", "expected", "p_value")}
    more = Burst.observed < statement.excluded.observed
    session.execute(statement.on_conflict_do_update(index_elements=["signal_id", "day"], set_=grown, where=more))


def _counter(heard: Sequence[Heard]) -> Callable[[datetime], int]:
    """Counts the messages after a moment."""
    return lambda since: sum(message.at > since for message in heard)
