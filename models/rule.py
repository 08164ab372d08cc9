"""Rules as they were in force, and what each decided."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, among, words
from models.words import Action


class RuleSet(Base):
    """One version of rules.yaml, named by its hash, kept so that every routing can be explained later."""

    __tablename__ = "rule_set"

    version: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    in_force_since: Mapped[datetime]


class Routing(Base):
    """What a rule decided about a signal. The newest row of a signal is in force; older ones are its history."""

    __tablename__ = "routing"
    __table_args__ = (Index("ix_routing_signal_id_decided_at", "signal_id", "decided_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    rule_set: Mapped[str] = mapped_column(ForeignKey("rule_set.version"))
    rule: Mapped[str]
    action: Mapped[Action] = mapped_column(words(Action))
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))
    reason: Mapped[str]
    """One Dutch sentence a department understands."""
    decided_at: Mapped[datetime]


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
