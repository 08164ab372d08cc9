"""Who may read a private message, or one about somebody's health: the newsroom and webcare all, a department where it leads or helps."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from models.account import Account
from models.message import Message
from models.signal import SignalMessage
from models.ticket import Ticket, handled_by
from models.words import Role


@dataclass(frozen=True)
class Reader:
    """Who looks. `everything`: also what residents wrote to the municipality alone."""

    everything: bool
    department_id: str | None = None


OPEN = Reader(everything=False)
"""Somebody who reads what everybody may read."""


def reader_of(account: Account, webcare: str) -> Reader:
    """The reader that an account is; `webcare` is the department that answers residents."""
    everything = account.role in (Role.NEWSROOM, Role.WEBCARE, Role.ADMINISTRATOR) or account.department_id == webcare
    return Reader(everything, account.department_id)


def readable(reader: Reader) -> ColumnElement[bool]:
    """What a message must be for this reader to see its words."""
    if reader.everything:
        return true()
    handled = (
        select(SignalMessage.message_id).join(Ticket, Ticket.signal_id == SignalMessage.signal_id).where(handled_by(reader.department_id))
    )
    return or_(~(Message.private | Message.sensitive), Message.id.in_(handled))


def hidden_in(session: Session, signal_id: int, reader: Reader) -> int:
    """How many messages of a signal this reader may not read."""
    query = select(func.count()).select_from(SignalMessage).join(Message, Message.id == SignalMessage.message_id)
    return session.scalar(query.where(SignalMessage.signal_id == signal_id, Message.deleted_at.is_(None), ~readable(reader))) or 0
