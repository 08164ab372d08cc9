"""Carries out what the rules decided: routings, tickets that open and grow, alerts. All in the caller's transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.rule import Routing
from models.settings import settings
from models.signal import Signal
from models.ticket import Ticket, TicketEvent, last_told
from models.words import Action, TicketStatus, TicketStep
from routing.rules.grammar import Decision
from routing.signals.summary import counted
from routing.tickets.alerts import alert
from routing.tickets.changes import ROBOT, reopen_seen
from routing.tickets.working_hours import term

ACTS = (Action.TICKET, Action.ALERT)
TOLD_EVERY = timedelta(hours=1)
AGAIN = 5
"""Messages since a ticket was settled from which a burst counts as coming back."""


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one open signal. `heard_since` counts its messages after a moment."""

    signal: Signal
    decision: Decision
    reason: str
    rising: bool
    heard_since: Callable[[datetime], int]


@dataclass(frozen=True)
class Tally:
    """What became of tickets."""

    opened: int = 0
    grown: int = 0
    reopened: int = 0
    alerted: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.opened + other.opened, self.grown + other.grown, self.reopened + other.reopened, self.alerted + other.alerted)


def carry_out(
    session: Session,
    verdicts: Sequence[Verdict],
    tickets: Mapping[int, Ticket],
    routings: Mapping[int, Routing],
    version: str,
    now: datetime,
) -> Tally:
    """Write the decisions down and do what they ask."""
    told = last_told(session, [ticket.id for ticket in tickets.values()])
    tally = Tally()
    for verdict in verdicts:
        ticket = tickets.get(verdict.signal.id)
        if ticket is not None and ticket.status is not TicketStatus.SETTLED and verdict.decision.action not in ACTS:
            tally += _grow(session, ticket, verdict, told, now)
            continue
        _keep_routing(session, verdict, routings.get(verdict.signal.id), version, now)
        if verdict.decision.action in ACTS:
            tally += _act(session, ticket, verdict, told, now)
    return tally


def _keep_routing(session: Session, verdict: Verdict, present: Routing | None, version: str, now: datetime) -> None:
    """A new row when the decision is another one; otherwise the present row tells the latest figures."""
    decision = verdict.decision
    if present is not None and (present.rule, present.action, present.department_id) == (
        decision.rule,
        decision.action,
        decision.department,
    ):
        present.reason = verdict.reason
        return
    row = {"rule_set": version, "rule": decision.rule, "action": decision.action, "department_id": decision.department}
    session.add(Routing(signal_id=verdict.signal.id, reason=verdict.reason, decided_at=now, **row))


def _act(session: Session, ticket: Ticket | None, verdict: Verdict, told: Mapping[int, datetime], now: datetime) -> Tally:
    tally = Tally()
    if ticket is None:
        ticket = _open(session, verdict, now)
        tally += Tally(opened=1)
    elif ticket.status is TicketStatus.SETTLED:
        tally += _reopen(session, ticket, verdict, now)
    else:
        tally += _grow(session, ticket, verdict, told, now)
    if verdict.decision.action is Action.ALERT and ticket.status is not TicketStatus.SETTLED:
        tally += Tally(alerted=alert(session, verdict.signal, ticket, verdict.reason, now))
    return tally


def _open(session: Session, verdict: Verdict, now: datetime) -> Ticket:
    ticket = Ticket(
        signal_id=verdict.signal.id,
        department_id=verdict.decision.department,
        opened_at=now,
        due_at=_due(verdict.decision, now),
        messages_seen=verdict.signal.messages,
    )
    session.add(ticket)
    session.flush()
    session.add(TicketEvent(ticket_id=ticket.id, at=now, step=TicketStep.OPENED, actor=ROBOT, note=verdict.reason))
    return ticket


def _due(decision: Decision, now: datetime) -> datetime:
    """Danger does not wait for office hours: the term of an alert is by the clock, any other in working hours."""
    if decision.action is Action.ALERT:
        return now + timedelta(hours=decision.term_hours)
    return term(now, decision.term_hours, settings().zone)


def _grow(session: Session, ticket: Ticket, verdict: Verdict, told: Mapping[int, datetime], now: datetime) -> Tally:
    """Tell of growth: when the messages doubled, otherwise at most once an hour."""
    present, seen = verdict.signal.messages, ticket.messages_seen
    patient = now - told.get(ticket.id, ticket.opened_at) >= TOLD_EVERY
    if present <= seen or not (patient or present >= 2 * seen):
        return Tally()
    note = f"{counted(present - seen, 'bericht', 'berichten')} erbij, nu {present}."
    session.add(TicketEvent(ticket_id=ticket.id, at=now, step=TicketStep.GREW, actor=ROBOT, note=note))
    _note_size(session, ticket, present)
    return Tally(grown=1)


def _reopen(session: Session, ticket: Ticket, verdict: Verdict, now: datetime) -> Tally:
    """A settled ticket comes back only when its signal bursts again."""
    settled = session.scalar(select(Ticket).where(Ticket.id == ticket.id).with_for_update().execution_options(populate_existing=True))
    if settled is None or settled.settled_at is None or not verdict.rising or verdict.heard_since(settled.settled_at) < AGAIN:
        return Tally()
    again = verdict.heard_since(settled.settled_at)
    note = f"{counted(again, 'nieuw bericht', 'nieuwe berichten')} na de afhandeling. {verdict.reason}"
    settled.due_at = _due(verdict.decision, now)
    reopen_seen(session, settled, ROBOT, now, note)
    _note_size(session, settled, verdict.signal.messages)
    return Tally(reopened=1)


def follow_merge(session: Session, merged: Signal, ticket: Ticket | None, now: datetime) -> None:
    """The ticket of a signal that went into another goes along, or, where that one has a ticket already, ends in it."""
    if ticket is None or merged.merged_into is None or ticket.status is TicketStatus.SETTLED:
        return
    other = session.scalar(select(Ticket).where(Ticket.signal_id == merged.merged_into))
    if other is None:
        ticket.signal_id = merged.merged_into
        return
    ticket.status, ticket.settled_at = TicketStatus.SETTLED, now
    ticket.outcome = f"Samengevoegd met ticket {other.id}: het gaat om hetzelfde."
    session.add(TicketEvent(ticket_id=ticket.id, at=now, step=TicketStep.SETTLED, actor=ROBOT, note=ticket.outcome))


def _note_size(session: Session, ticket: Ticket, messages: int) -> None:
    """Past the version: growth must not make a form stale that someone is filling in."""
    session.execute(
        update(Ticket).where(Ticket.id == ticket.id).values(messages_seen=messages).execution_options(synchronize_session=False)
    )
    session.expire(ticket, ["messages_seen"])
