"""What became of it: of the items of the stand-up before, and of tickets settled lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.choice import Choice, choices_about
from models.language import _, translated
from models.settings import settings
from models.signal import Signal, end_of
from models.stand_up import stand_up_before
from models.ticket import Ticket, settled_since, tickets_about
from models.town import department_names
from models.words import CLOSED, SignalStatus, TicketStatus
from routing.answers.effect import Change, Effect, effects
from routing.proposals.forms import FORMS
from routing.signals.summary import counted, uncapitalised
from routing.tickets.working_hours import is_working_day

OUTCOMES_FOR = 2
"""Working days: what was settled on Friday afternoon is told on Monday."""


@dataclass(frozen=True)
class Outcome:
    """What became of an earlier signal, and whether it helped: `before` and `after` are people a day before and since."""

    ticket_id: int
    signal_id: int
    title: str
    department: str
    outcome: str
    settled_at: datetime
    effect: Effect

    @property
    def before(self) -> float:
        return self.effect.before

    @property
    def after(self) -> float:
        return self.effect.after


@dataclass(frozen=True)
class Followed:
    """An item of the stand-up before: what became of it, as a Dutch sentence or two. `settled`: somebody has done something about it."""

    signal_id: int
    title: str
    became: str
    settled: bool
    ticket_id: int | None = None


def outcomes(session: Session, now: datetime) -> tuple[Outcome, ...]:
    """What became of tickets settled since two working days ago, at this hour."""
    called = department_names(session)
    settled = settled_since(session, working_days_ago(OUTCOMES_FOR, now), now)
    changed = effects(session, [Change(ticket.signal_id, ticket.settled_at or now) for ticket in settled], now)
    return tuple(
        Outcome(
            ticket_id=ticket.id,
            signal_id=ticket.signal_id,
            title=session.get_one(Signal, ticket.signal_id).title,
            department=called[ticket.department_id],
            outcome=ticket.outcome or "",
            settled_at=ticket.settled_at or now,
            effect=effect,
        )
        for ticket, effect in zip(settled, changed, strict=True)
    )


def working_days_ago(many: int, now: datetime) -> datetime:
    """The same hour so many working days before; weekends and holidays come on top."""
    local = now.astimezone(settings().zone)
    day = local.date()
    while many:
        day -= timedelta(days=1)
        many -= is_working_day(day)
    return datetime.combine(day, local.time(), settings().zone)


def followed(session: Session, now: datetime) -> tuple[Followed, ...]:
    """The items of the last stand-up before today, in its order, and what became of each, also of those that nobody took on."""
    last = stand_up_before(session, now.astimezone(settings().zone).date())
    if last is None:
        return ()
    told = {end_of(session, item["signal_id"]): item["messages"] for item in last.content.get("items", ())}
    signals = [signal for number in told if (signal := session.get(Signal, number)) is not None]
    numbers = [signal.id for signal in signals]
    tickets, choices, called = tickets_about(session, numbers), choices_about(session, numbers), department_names(session)
    done = [ticket for ticket in tickets.values() if ticket.status is TicketStatus.SETTLED]
    changed = effects(session, [Change(ticket.signal_id, ticket.settled_at or now) for ticket in done], now)
    helped = {ticket.id: effect for ticket, effect in zip(done, changed, strict=True)}
    return tuple(
        _followed(signal, told[signal.id], tickets.get(signal.id), choices.get(signal.id, ()), helped, called) for signal in signals
    )


def _followed(
    signal: Signal,
    yesterday: int,
    ticket: Ticket | None,
    choices: Sequence[Choice],
    helped: Mapping[int, Effect],
    departments: Mapping[str, str],
) -> Followed:
    said = [part for part in (of_ticket(ticket, departments), *(of_choice(choice, departments) for choice in choices[:2])) if part]
    if ticket is not None and ticket.id in helped:
        said.append(helped[ticket.id].sentence)
    else:
        said.append(going_on(signal, yesterday))
    if ticket is None and not choices:
        said.insert(0, _("Niets besloten."))
    settled = (ticket is not None and ticket.status in CLOSED) or any(choice.outcome_at is not None for choice in choices)
    return Followed(signal.id, signal.title, " ".join(said), settled, None if ticket is None else ticket.id)


def of_ticket(ticket: Ticket | None, departments: Mapping[str, str]) -> str:
    """`Afgehandeld door Reiniging: extra geleegd.` or `Ligt bij Reiniging: opgepakt.`"""
    if ticket is None:
        return ""
    department, outcome = departments[ticket.department_id], (ticket.outcome or "").rstrip(".")
    match ticket.status:
        case TicketStatus.SETTLED:
            return _("Afgehandeld door %(department)s: %(outcome)s.", department=department, outcome=uncapitalised(outcome))
        case TicketStatus.REFUSED:
            return _("%(department)s doet hier niets mee: %(outcome)s.", department=department, outcome=uncapitalised(outcome))
        case TicketStatus.OPEN:
            return _("Ligt bij %(department)s, nog niet opgepakt.", department=department)
        case _:
            return _("Ligt bij %(department)s: %(status)s.", department=department, status=translated(ticket.status.value))


def of_choice(choice: Choice, departments: Mapping[str, str]) -> str:
    """`Besloten: kleine community, door Samira (Reiniging).` with what came of it."""
    who = choice.person or (departments[choice.department_id] if choice.department_id else "")
    also = f" ({departments[choice.department_id]})" if choice.person and choice.department_id else ""
    form = translated(FORMS[choice.form])
    said = _("Besloten: %(form)s, door %(who)s.", form=form, who=who + also) if who else _("Besloten: %(form)s.", form=form)
    if choice.outcome:
        said += " " + _("Uitkomst: %(outcome)s.", outcome=uncapitalised(choice.outcome.rstrip(".")))
    return said


def going_on(signal: Signal, yesterday: int) -> str:
    """How it goes with a signal about which nothing was settled."""
    if signal.status is not SignalStatus.OPEN or not signal.recent:
        return _("Het is er nu stil.")
    return _("Nog %(count)s in 24 uur (toen %(yesterday)s).", count=counted(signal.recent, "bericht", "berichten"), yesterday=yesterday)
