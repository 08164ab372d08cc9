"""Tickets: signals that a department must act on, and their history."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.words import TicketStatus, TicketStep


class Ticket(Base):
    """One per signal. `version` counts changes, so that a stale page cannot overwrite a newer decision."""

    __tablename__ = "ticket"
    __table_args__ = (UniqueConstraint("signal_id"), Index("ix_ticket_department_id_status", "department_id", "status"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))
    status: Mapped[TicketStatus] = mapped_column(words(TicketStatus), default=TicketStatus.OPEN)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """What was done, in a sentence residents may read."""
    messages_seen: Mapped[int] = mapped_column(default=0)
    """How many messages its history tells of; growth beyond it is told in a new line."""
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}


class TicketEvent(Base):
    """One line of a ticket's history; lines are added, never changed."""

    __tablename__ = "ticket_event"
    __table_args__ = (Index("ix_ticket_event_ticket_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"))
    at: Mapped[datetime]
    step: Mapped[TicketStep] = mapped_column(words(TicketStep))
    actor: Mapped[str]
    """Name of the account, or `luisterpost`."""
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    """To whom, where the ticket was handed over."""
    note: Mapped[str] = mapped_column(default="")
