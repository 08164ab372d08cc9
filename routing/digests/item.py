"""One signal as the stand-up and the digests tell it: figures, quotes, curve, where it went and what might be done."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import among
from models.burst import Burst, bursts_of
from models.language import _
from models.message import Message
from models.rule import Routing, in_force_for
from models.settings import settings
from models.signal import Signal, curves_of
from models.ticket import Ticket, tickets_about
from models.town import department_names
from models.words import Action, BurstKind, ChoiceForm, TicketStatus
from routing.proposals.criteria import Criteria, criteria, weeks_before_returning
from routing.proposals.propose import ask_of_department, propose
from routing.proposals.situation import Known, known_of, situation_of
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
    """One signal as the stand-up and the digests tell it.

    `messages` and `people` count what came since a moment (the stand-up's: 24 hours before now), `total` all its messages; `usual` is what
    that time brings when nothing is the matter. `areas` are names of neighbourhoods, `places` the same by id. `curve` has 14 local days,
    oldest first, today last. The sentences are Dutch and whole.
    """

    signal_id: int
    title: str
    theme: str
    sub: str
    called: str
    """The name of its sub-theme."""
    areas: tuple[str, ...]
    places: tuple[str, ...]
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
    form: ChoiceForm
    because: tuple[str, ...]
    """Why this form: half sentences."""
    also: tuple[ChoiceForm, ...]
    """Forms that fit too, best first."""
    request: str
    """What the department is asked to do."""
    curve: tuple[DayCount, ...]
    urgent: bool
    new: bool
    burst: bool
    campaign: bool
    lasting: bool
    """A handful that keeps coming, week after week."""
    weight: float
    ticket: TicketState | None


@dataclass(frozen=True)
class Stories:
    """What is known of some signals at a moment, read once: every audience's items are told from it."""

    now: datetime
    signals: Mapping[int, Signal]
    heard: Mapping[int, Sequence[Heard]]
    areas: Mapping[int, Sequence[tuple[str, int]]]
    routings: Mapping[int, Routing]
    tickets: Mapping[int, Ticket]
    bursts: Mapping[int, Sequence[Burst]]
    curves: Mapping[int, Sequence[DayCount]]
    unquotable: Set[int]
    known: Known
    criteria: Criteria
    names: Mapping[str, str]
    departments: Mapping[str, str]

    def items(self, signal_ids: Iterable[int], since: datetime) -> list[Item]:
        """Tell these signals, in the order given, by what came after `since`; one that the rules have not seen yet is left out."""
        told = (self._item(self.signals[number], since) for number in signal_ids if number in self.signals)
        return [item for item in told if item is not None]

    def _item(self, signal: Signal, since: datetime) -> Item | None:
        heard, routing = self.heard.get(signal.id, ()), self.routings.get(signal.id)
        if routing is None or not heard:
            return None
        came = [message for message in heard if since < message.at <= self.now]
        voices, usual = voices_of(heard), signal.usual * ((self.now - since) / DAY)
        people = len({voices[message.id] for message in came})
        summary, lately = summarise(heard, self.now), summarise(came or heard, self.now)
        where = tuple(self.names.get(area, area) for area, _ in self.areas[signal.id])
        department = self.departments[routing.department_id]
        hidden = sum(message.id in self.unquotable for message in heard)
        situation = situation_of(signal, heard, summary, self.known, hidden, department, where, routing.action, lately.unanswered)
        proposal = propose(situation, self.criteria)
        ticket = self.tickets.get(signal.id)
        burst = self._bursts(signal.id, since)
        return Item(
            signal_id=signal.id,
            title=signal.title,
            theme=signal.theme,
            sub=signal.sub,
            called=self.names.get(signal.sub, signal.sub),
            areas=where,
            places=tuple(area for area, _ in self.areas[signal.id]),
            messages=len(came),
            people=people,
            total=summary.messages,
            usual=usual,
            figures=figures(len(came), people, summary, usual),
            media=media(came or heard),
            unanswered=lately.unanswered,
            quotes=_quotes(came or heard, self.unquotable, where),
            department_id=routing.department_id,
            department=department,
            action=routing.action,
            rule=routing.rule,
            reason=routing.reason,
            proposal=proposal.sentence,
            form=proposal.form,
            because=proposal.because,
            also=proposal.others,
            request=ask_of_department(situation),
            curve=tuple(self.curves[signal.id]),
            urgent=routing.action is Action.ALERT,
            new=burst and signal.usual < NEW and signal.first_at > self.now - NEW_FOR,
            burst=burst,
            campaign=signal.campaign,
            lasting=any(one.kind is BurstKind.SLOW for one in self.bursts.get(signal.id, ())),
            weight=signal.weight,
            ticket=None if ticket is None else ticket_state(ticket, self.departments, self.now),
        )

    def _bursts(self, signal_id: int, since: datetime) -> bool:
        """Whether it rises today, or began to after `since`."""
        today = self.now.astimezone(settings().zone).date()
        rises = (burst for burst in self.bursts.get(signal_id, ()) if burst.kind is not BurstKind.SLOW)
        return any(burst.day == today or since < burst.detected_at <= self.now for burst in rises)


def stories(session: Session, signals: Sequence[Signal], now: datetime) -> Stories:
    """Read what is known of these open signals."""
    numbers = [signal.id for signal in signals]
    heard = heard_by_signal(session, numbers)
    today = now.astimezone(settings().zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(CURVE_DAYS))]
    curves = curves_of(session, numbers, days, settings().zone)
    rules = criteria(settings().config)
    bursts: dict[int, list[Burst]] = {}
    for burst in bursts_of(session, numbers):
        bursts.setdefault(burst.signal_id, []).append(burst)
    return Stories(
        now=now,
        signals={signal.id: signal for signal in signals},
        heard=heard,
        areas=areas_by_signal(session, numbers),
        routings=in_force_for(session, numbers),
        tickets=tickets_about(session, numbers),
        bursts=bursts,
        curves={number: [DayCount(day, count) for day, count in zip(days, counts, strict=True)] for number, counts in curves.items()},
        unquotable=_unquotable(session, [message.id for number in numbers for message in heard[number]]),
        known=known_of(session, signals, now, weeks_before_returning(rules)),
        criteria=rules,
        names=names(session),
        departments=department_names(session),
    )


def items(session: Session, signals: Sequence[Signal], now: datetime) -> list[Item]:
    """Tell these open signals by their last 24 hours, in the order given; one that the rules have not seen yet is left out."""
    return stories(session, signals, now).items([signal.id for signal in signals], now - DAY)


def ticket_state(ticket: Ticket, departments: Mapping[str, str], now: datetime) -> TicketState:
    overdue = ticket.status is not TicketStatus.SETTLED and ticket.due_at < now
    return TicketState(ticket.id, ticket.status, ticket.department_id, departments[ticket.department_id], ticket.due_at, overdue)


def figures(messages: int, people: int, summary: Summary, usual: float) -> str:
    """How much and from how many, against the usual: "41 berichten van 37 mensen, gewoonlijk 5."."""
    if not messages:
        return _("%(count)s in totaal, de laatste tijd stil.", count=counted(summary.messages, "bericht", "berichten"))
    count = counted(messages, "bericht", "berichten")
    if summary.campaign:
        return _(
            "%(count)s, grotendeels dezelfde tekst: telt als %(voices)s, %(usual)s.",
            count=count,
            voices=counted(people, "stem", "stemmen"),
            usual=usually(usual),
        )
    return _("%(count)s van %(people)s, %(usual)s.", count=count, people=counted(people, "mens", "mensen"), usual=usually(usual))


def usually(usual: float) -> str:
    """The usual number a day, as words go after a comma."""
    return _("gewoonlijk bijna geen") if usual < 0.5 else _("gewoonlijk %(usual)s", usual=f"{usual:.0f}")


def media(heard: Sequence[Heard]) -> str:
    """By which ways most of it came: "Vooral telefoon en Facebook."."""
    counts = Counter(message.medium or _("onbekend") for message in heard).most_common()
    main = [medium for medium, count in counts if count >= MEDIUM_SHARE * len(heard)][:2] or [counts[0][0]]
    said = listed(main)
    return _("Alles via %(media)s.", media=said) if len(counts) == len(main) else _("Vooral %(media)s.", media=said)


def _quotes(heard: Sequence[Heard], unquotable: Set[int], areas: tuple[str, ...]) -> tuple[Quote, ...]:
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
