"""Rules as they were in force, and what each decided."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Row, case, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.annotation import Annotation
from models.base import Base, among, words
from models.message import Message
from models.signal import Signal, SignalMessage
from models.ticket import Ticket
from models.words import Action


class RuleSet(Base):
    """One version of rules.yaml, named by its hash, kept so that every routing can be explained later."""

    __tablename__ = "rule_set"

    version: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    in_force_since: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    """Who let it come into force, where the municipality wants that."""


class Routing(Base):
    """What a rule decided about a signal. The newest row of a signal is in force; older ones are its history."""

    __tablename__ = "routing"
    __table_args__ = (Index("ix_routing_signal_id_decided_at", "signal_id", "decided_at"), Index("ix_routing_decided_at", "decided_at"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    rule_set: Mapped[str] = mapped_column(ForeignKey("rule_set.version"))
    rule: Mapped[str]
    action: Mapped[Action] = mapped_column(words(Action))
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))
    reason: Mapped[str]
    """One Dutch sentence a department understands."""
    decided_at: Mapped[datetime]
    facts: Mapped[dict[str, Any] | None]
    """What the rule saw (routing.rules.facts), without a resident's words."""
    latest_facts: Mapped[dict[str, Any] | None]
    """The same, when the signal last changed under this decision."""


class FurtherRouting(Base):
    """What other rules decided about the signal beside the one that leads: another department's digest, an alert, watching."""

    __tablename__ = "further_routing"

    routing_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("routing.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str]
    action: Mapped[Action] = mapped_column(words(Action))
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))


def newest_rule_set(session: Session) -> RuleSet | None:
    """The version that came into force last."""
    return session.scalar(select(RuleSet).order_by(RuleSet.in_force_since.desc()).limit(1))


def in_force_for(session: Session, signal_ids: Sequence[int]) -> dict[int, Routing]:
    """The newest routing of each signal that has one."""
    query = select(Routing).where(Routing.signal_id == among(signal_ids)).ext(distinct_on(Routing.signal_id))
    return {row.signal_id: row for row in session.scalars(query.order_by(Routing.signal_id, Routing.decided_at.desc(), Routing.id.desc()))}


def decisions_about(session: Session, signal_id: int) -> Sequence[Routing]:
    """What the rules decided about a signal, newest first: the first is in force."""
    return session.scalars(
        select(Routing).where(Routing.signal_id == signal_id).order_by(Routing.decided_at.desc(), Routing.id.desc())
    ).all()


def decisions_since(session: Session, since: datetime) -> dict[str, int]:
    """How many signals each rule decided about, by the rule's name."""
    query = select(Routing.rule, func.count(Routing.signal_id.distinct())).where(Routing.decided_at >= since).group_by(Routing.rule)
    return {row[0]: row[1] for row in session.execute(query)}


def rule_sets(session: Session, limit: int) -> Sequence[RuleSet]:
    """The versions of the rules, the one in force first."""
    return session.scalars(select(RuleSet).order_by(RuleSet.in_force_since.desc()).limit(limit)).all()


def further_for(session: Session, routing_ids: Sequence[int]) -> dict[int, list[FurtherRouting]]:
    """What was decided beside each routing, in the order of the rules."""
    further: dict[int, list[FurtherRouting]] = {routing_id: [] for routing_id in routing_ids}
    query = select(FurtherRouting).where(FurtherRouting.routing_id == among(routing_ids))
    for row in session.scalars(query.order_by(FurtherRouting.routing_id, FurtherRouting.rank)):
        further[row.routing_id].append(row)
    return further


def routings_between(session: Session, since: datetime, until: datetime, batch: int) -> Iterator[Row[Routing, Signal]]:
    """What was decided after `since`, up to and including `until`, with its signal, by signal and time; read a batch at a time."""
    query = select(Routing, Signal).join(Signal, Signal.id == Routing.signal_id)
    within = query.where(Routing.decided_at > since, Routing.decided_at <= until).order_by(
        Routing.signal_id, Routing.decided_at, Routing.id
    )
    yield from session.execute(within.execution_options(yield_per=batch))


def rule_set_called(session: Session, version: str) -> RuleSet | None:
    """A version of the rules by its name."""
    return session.get(RuleSet, version)


def sources_and_sureness(session: Session, signal_ids: Sequence[int]) -> dict[int, tuple[frozenset[str], float]]:
    """Of each signal: the sources of its messages, and the share of messages whose theme the classifier was sure of."""
    share = func.avg(case((Annotation.sure, 1.0), else_=0.0))
    query = (
        select(SignalMessage.signal_id, func.array_agg(Message.source_id.distinct()), share)
        .join(Message, Message.id == SignalMessage.message_id)
        .join(Annotation, Annotation.message_id == Message.id)
        .where(SignalMessage.signal_id == among(signal_ids))
        .group_by(SignalMessage.signal_id)
    )
    return {row[0]: (frozenset(row[1]), float(row[2])) for row in session.execute(query)}


def earlier_tickets(session: Session, signal_ids: Sequence[int], since: datetime) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """When other tickets about the same sub-theme and a common neighbourhood (or none at all) were opened, after `since`, and closed."""
    asked, other = aliased(Signal), aliased(Signal)
    placeless = (func.cardinality(asked.areas) == 0) & (func.cardinality(other.areas) == 0)
    query = (
        select(asked.id, Ticket.opened_at, Ticket.settled_at)
        .join(other, (other.sub == asked.sub) & (other.id != asked.id))
        .join(Ticket, Ticket.signal_id == other.id)
        .where(asked.id == among(signal_ids), Ticket.opened_at > since, Ticket.merged_into.is_(None))
        .where(or_(asked.areas.overlap(other.areas), placeless))
    )
    found: dict[int, list[tuple[datetime, datetime | None]]] = {signal_id: [] for signal_id in signal_ids}
    for signal_id, opened_at, settled_at in session.execute(query.order_by(Ticket.opened_at)):
        found[signal_id].append((opened_at, settled_at))
    return found


def further_between(session: Session, since: datetime, until: datetime) -> dict[int, frozenset[str]]:
    """By routing of this time: in which departments' digests other rules brought it besides."""
    query = select(FurtherRouting.routing_id, func.array_agg(FurtherRouting.department_id)).join(Routing)
    within = query.where(Routing.decided_at > since, Routing.decided_at <= until, FurtherRouting.action == Action.DIGEST)
    return {row[0]: frozenset(row[1]) for row in session.execute(within.group_by(FurtherRouting.routing_id))}
