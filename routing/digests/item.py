"""One signal as the stand-up and the digests tell it: figures, quotes, curve, where it went and what might be done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import among
from models.message import Message
from models.rule import in_force_for
from models.settings import settings
from models.signal import Signal, bursts_of, curves_of
from models.ticket import Ticket, tickets_about
from models.town import department_names
from models.words import Action, TicketStatus
from routing.digests.proposals import Situation, ask_of_department, propose
from routing.signals.assess import areas_by_signal, heard_by_signal, names
from routing.signals.quotes import Said, most_telling
from routing.signals.summary import DAY, Heard, Summary, counted, listed, summarise, voices_of

CURVE_DAYS = 14
NEW = 0.04
"""Messages a day below which a sub-theme was not heard in these neighbourhoods."""
NEW_FOR = timedelta(hours=48)
MEDIUM_SHARE = 0.2


@dataclass(frozen=True)
class Quote:
    """Words of a resident, masked, that tell the story well. `area` is the neighbourhood's name; None where none is named."""

    message_id: int
    text: str
    medium: str
    at: datetime
    area: str | None


@dataclass(frozen=True)
class DayCount:
    """How many messages one local day brought."""

    day: date
    messages: int


@dataclass(frozen=True)
class TicketState:
    """Where the ticket of a signal stands."""

    id: int
    status: TicketStatus
    department_id: str
    department: str
    due_at: datetime
    overdue: bool


@dataclass(frozen=True)
class Item:
    """One signal as the stand-up tells it.

    `messages` and `people` count the 24 hours before now, `total` all its messages; `usual` is what 24 hours bring when nothing is
    the matter. `curve` has 14 local days, oldest first, today last. The sentences are Dutch and whole.
    """

    signal_id: int
    title: str
    theme: str
    sub: str
    areas: tuple[str, ...]
    messages: int
    people: int
    total: int
    usual: float
    figures: str
    media: str
    unanswered: int
    quotes: tuple[Quote, ...]
    department_id: str
    department: str
    action: Action
    rule: str
    reason: str
    proposal: str
    """What the newsroom might do."""
    request: str
    """What the department is asked to do."""
    curve: tuple[DayCount, ...]
    urgent: bool
    new: bool
    burst: bool
    campaign: bool
    weight: float
    ticket: TicketState | None


def items(session: Session, signals: Sequence[Signal], now: datetime) -> list[Item]:
    """Tell these open signals, in the order given; one that the rules have not seen yet is left out."""
    numbers = [signal.id for signal in signals]
    heard, areas = heard_by_signal(session, numbers), areas_by_signal(session, numbers)
    routings, tickets = in_force_for(session, numbers), tickets_about(session, numbers)
    called, departments = names(session), department_names(session)
    today = now.astimezone(settings().zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(CURVE_DAYS))]
    curves = curves_of(session, numbers, days, settings().zone)
    bursting = {burst.signal_id for burst in bursts_of(session, numbers) if burst.day == today}
    unquotable = _unquotable(session, [message.id for number in numbers for message in heard[number]])
    told = []
    for signal in signals:
        routing = routings.get(signal.id)
        if routing is None or not heard[signal.id]:
            continue
        summary = summarise(heard[signal.id], now)
        recent = [message for message in heard[signal.id] if now - DAY < message.at <= now] or heard[signal.id]
        where = tuple(called.get(area, area) for area, _ in areas[signal.id])
        department = departments[routing.department_id]
        waiting = summarise(recent, now).unanswered
        situation = _situation(signal, summary, department, where, routing.action, waiting)
        ticket = tickets.get(signal.id)
        burst = signal.id in bursting
        told.append(
            Item(
                signal_id=signal.id,
                title=signal.title,
                theme=signal.theme,
                sub=signal.sub,
                areas=where,
                messages=summary.recent,
                people=summary.recent_people,
                total=summary.messages,
                usual=signal.usual,
                figures=figures(summary, signal.usual),
                media=media(recent),
                unanswered=waiting,
                quotes=_quotes(recent, unquotable, where),
                department_id=routing.department_id,
                department=department,
                action=routing.action,
                rule=routing.rule,
                reason=routing.reason,
                proposal=propose(situation),
                request=ask_of_department(situation),
                curve=tuple(DayCount(day, count) for day, count in zip(days, curves[signal.id], strict=True)),
                urgent=routing.action is Action.ALERT,
                new=burst and signal.usual < NEW and signal.first_at > now - NEW_FOR,
                burst=burst,
                campaign=signal.campaign,
                weight=signal.weight,
                ticket=None if ticket is None else ticket_state(ticket, departments, now),
            )
        )
    return told


def ticket_state(ticket: Ticket, departments: dict[str, str], now: datetime) -> TicketState:
    overdue = ticket.status is not TicketStatus.SETTLED and ticket.due_at < now
    return TicketState(ticket.id, ticket.status, ticket.department_id, departments[ticket.department_id], ticket.due_at, overdue)


def figures(summary: Summary, usual: float) -> str:
    """How much and from how many, against the usual: "41 berichten van 37 mensen, gewoonlijk 5."."""
    if not summary.recent:
        return f"{counted(summary.messages, 'bericht', 'berichten')} in totaal, de laatste 24 uur stil."
    count = counted(summary.recent, "bericht", "berichten")
    if summary.campaign:
        return f"{count}, grotendeels dezelfde tekst: telt als {counted(summary.recent_people, 'stem', 'stemmen')}, {usually(usual)}."
    return f"{count} van {counted(summary.recent_people, 'mens', 'mensen')}, {usually(usual)}."


def usually(usual: float) -> str:
    """The usual number a day, as words go after a comma."""
    return "gewoonlijk bijna geen" if usual < 0.5 else f"gewoonlijk {usual:.0f}"


def media(heard: Sequence[Heard]) -> str:
    """By which ways most of it came: "Vooral telefoon en Facebook."."""
    counts = Counter(message.medium or "onbekend" for message in heard).most_common()
    main = [medium for medium, count in counts if count >= MEDIUM_SHARE * len(heard)][:2] or [counts[0][0]]
    said = listed(main)
    return f"Alles via {said}." if len(counts) == len(main) else f"Vooral {said}."


def _quotes(heard: Sequence[Heard], unquotable: set[int], areas: tuple[str, ...]) -> tuple[Quote, ...]:
    voices = voices_of(heard)
    open_to_all = [message for message in heard if message.id not in unquotable and message.text.strip()]
    said = [Said(m.id, m.text, voices[m.id], any(area.lower() in m.text.lower() for area in areas), m.tone) for m in open_to_all]
    by_id = {message.id: message for message in heard}
    return tuple(
        Quote(id, text, by_id[id].medium, by_id[id].at, next((area for area in areas if area.lower() in text.lower()), None))
        for id, text in most_telling(said)
    )


def _unquotable(session: Session, message_ids: Sequence[int]) -> set[int]:
    """Messages that were written to the municipality alone, or tell of somebody's health: they count, but are not quoted."""
    return set(session.scalars(select(Message.id).where(Message.id == among(message_ids), Message.private | Message.sensitive)))


def _situation(signal: Signal, summary: Summary, department: str, areas: tuple[str, ...], action: Action, waiting: int) -> Situation:
    return Situation(
        theme=signal.theme,
        department=department,
        areas=areas,
        action=action,
        kind=summary.kind,
        campaign=summary.campaign,
        people=summary.people,
        question_share=summary.questions / summary.messages,
        unanswered=waiting,
    )
