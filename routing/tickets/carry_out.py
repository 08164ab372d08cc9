"""Carries out what the rules decided: routings, tickets that open and grow, alerts. All in the caller's transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.rule import FurtherRouting, Routing, further_for
from models.settings import settings
from models.signal import Signal
from models.ticket import Ticket, TicketEvent, last_told
from models.words import CLOSED, Action, TicketStatus, TicketStep
from routing.alerts.raising import raise_alert
from routing.rules.decide import Decision
from routing.rules.facts import Facts, kept
from routing.rules.grammar import ACTS
from routing.signals.summary import counted
from routing.tickets.changes import ROBOT, reopen_seen
from routing.tickets.helping import help_along
from routing.tickets.joining import go_into
from routing.tickets.seen import locked
from routing.tickets.working_hours import term

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
    facts: Facts


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
    further = further_for(session, [routing.id for routing in routings.values()])
    tally = Tally()
    for verdict in verdicts:
        ticket = tickets.get(verdict.signal.id)
        if ticket is not None and ticket.status not in CLOSED and verdict.decision.action not in ACTS:
            tally += _grow(session, ticket, verdict, told, now)
            continue
        present = routings.get(verdict.signal.id)
        anew = _keep_routing(session, verdict, present, further[present.id] if present else (), version, now)
        if verdict.decision.action in ACTS:
            tally += _act(session, ticket, verdict, anew, told, now)
    return tally


def _keep_routing(
    session: Session, verdict: Verdict, present: Routing | None, further: Sequence[FurtherRouting], version: str, now: datetime
) -> bool:
    """A new row when the decision is another one (then True); otherwise the present row tells the latest figures."""
    decision = verdict.decision
    said = [(one.rule, one.action, one.department) for one in (decision, *decision.also)]
    rows: list[Routing | FurtherRouting] = [present, *further] if present is not None else []
    if present is not None and said == [(row.rule, row.action, row.department_id) for row in rows]:
        _keep_facts(present, verdict)
        return False
    row = {"rule_set": version, "rule": decision.rule, "action": decision.action, "department_id": decision.department}
    seen = kept(verdict.facts)
    routing = Routing(signal_id=verdict.signal.id, reason=verdict.reason, decided_at=now, facts=seen, latest_facts=seen, **row)
    session.add(routing)
    if decision.also:
        session.flush()
        for rank, (rule, action, department) in enumerate(said[1:]):
            session.add(FurtherRouting(routing_id=routing.id, rank=rank, rule=rule, action=action, department_id=department))
    return True


def _keep_facts(present: Routing, verdict: Verdict) -> None:
    """Only where something other than the time has changed, so that a quiet signal is not written again every ten minutes."""
    if present.reason == verdict.reason and present.latest_facts is not None:
        return
    present.reason = verdict.reason
    present.latest_facts = kept(verdict.facts)


def _act(session: Session, ticket: Ticket | None, verdict: Verdict, anew: bool, told: Mapping[int, datetime], now: datetime) -> Tally:
    tally = Tally()
    if ticket is None:
        ticket = _open(session, verdict, now)
        tally += Tally(opened=1)
    elif ticket.status in CLOSED:
        tally += _reopen(session, ticket, verdict, now)
    else:
        tally += _grow(session, ticket, verdict, told, now)
    if ticket.status in CLOSED:
        return tally
    if anew:
        _call_in(session, ticket, verdict.decision, now)
    for decision in verdict.decision.alerts:
        department_id = ticket.department_id if decision is verdict.decision else decision.department
        tally += Tally(alerted=raise_alert(session, verdict.signal, ticket, decision, department_id, verdict.reason, now))
    return tally


def _call_in(session: Session, ticket: Ticket, decision: Decision, now: datetime) -> None:
    """Have the departments help that the decision names; once, so that one that was sent away is not called back."""
    for department_id in decision.also_departments:
        help_along(session, ticket, department_id, ROBOT, now, f"Regel {decision.rule!r} noemt deze afdeling erbij.")


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
    """A settled ticket comes back only when its signal bursts again; a refused one only for danger, a merged one only after its lead."""
    settled = session.scalar(select(Ticket).where(Ticket.id == ticket.id).with_for_update().execution_options(populate_existing=True))
    if settled is None or settled.settled_at is None or not verdict.rising or verdict.heard_since(settled.settled_at) < AGAIN:
        return Tally()
    if settled.status is TicketStatus.REFUSED and verdict.decision.action is not Action.ALERT:
        return Tally()
    if settled.merged_into is not None and session.get_one(Ticket, settled.merged_into).status not in CLOSED:
        return Tally()
    again = verdict.heard_since(settled.settled_at)
    note = f"{counted(again, 'nieuw bericht', 'nieuwe berichten')} na de afhandeling. {verdict.reason}"
    settled.due_at = _due(verdict.decision, now)
    reopen_seen(session, settled, ROBOT, now, note)
    _note_size(session, settled, verdict.signal.messages)
    return Tally(reopened=1)


def follow_merge(session: Session, merged: Signal, ticket: Ticket | None, now: datetime) -> None:
    """The ticket of a signal that went into another goes along, or, where that one has a ticket already, ends in it."""
    if ticket is None or merged.merged_into is None or ticket.status in CLOSED:
        return
    other = session.scalar(select(Ticket).where(Ticket.signal_id == merged.merged_into))
    if other is None:
        ticket.signal_id = merged.merged_into
        return
    ticket, other = locked(session, ticket.id, other.id)
    if ticket.status in CLOSED:
        return
    if other.status in CLOSED:
        other.due_at = ticket.due_at
        reopen_seen(session, other, ROBOT, now, f"Ticket {ticket.id} gaat om hetzelfde en is nog niet af.")
    go_into(session, ticket, other, ROBOT, now)


def _note_size(session: Session, ticket: Ticket, messages: int) -> None:
    """Past the version: growth must not make a form stale that someone is filling in."""
    session.execute(
        update(Ticket).where(Ticket.id == ticket.id).values(messages_seen=messages).execution_options(synchronize_session=False)
    )
    session.expire(ticket, ["messages_seen"])
