"""Rules as they were in force, and what each decided."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
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
