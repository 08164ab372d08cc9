"""Answers: what a department proposes to tell residents, who agreed to it, and which conversations were answered by hand."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Identity, Index, Row, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import Annotation
from models.base import Base, among, words
from models.message import Message
from models.signal import Signal, SignalMessage
from models.ticket import Ticket
from models.words import AnswerStatus, AnswerStep, Kind

WANTS_ANSWER = (Kind.QUESTION, Kind.REPORT, Kind.COMPLAINT)
"""Kinds of message that want an answer."""


class Answer(Base):
    """The answer to the residents of one ticket. Its text may be used only while it hashes to `approved_hash`."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"), unique=True)
    status: Mapped[AnswerStatus] = mapped_column(words(AnswerStatus), default=AnswerStatus.DRAFT)
    text: Mapped[str]
    written_by: Mapped[str]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    """Who wrote the present text: somebody else agrees to it."""
    changed_at: Mapped[datetime]
    approved_hash: Mapped[str | None]
    """SHA-256 of the text that was agreed to, in hexadecimal."""
    approved_by: Mapped[str | None]
    """Name of the person who agreed."""
    approved_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))

    __mapper_args__ = {"version_id_col": version}


class AnswerEvent(Base):
    """One line of an answer's history. The database refuses to change or remove a line."""

    __tablename__ = "answer_event"
    __table_args__ = (Index("ix_answer_event_answer_id", "answer_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    answer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("answer.id"))
    at: Mapped[datetime]
    step: Mapped[AnswerStep] = mapped_column(words(AnswerStep))
    actor: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person: Mapped[str] = mapped_column(default="", server_default=sql("''"))
    """Who agreed, by name."""
    note: Mapped[str] = mapped_column(default="", server_default=sql("''"))
    text: Mapped[str]
    """The text as it was at this step."""
    text_hash: Mapped[str]


class HandAnswer(Base):
    """A message of a resident that somebody here ticked off as answered."""

    __tablename__ = "hand_answer"
    __table_args__ = (Index("ix_hand_answer_answer_id", "answer_id"),)

    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    answer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("answer.id"))
    answered_by: Mapped[str]
    answered_at: Mapped[datetime]


def answer_to(session: Session, ticket_id: int) -> Answer | None:
    """The answer of a ticket, if anybody wrote one."""
    return session.scalar(select(Answer).where(Answer.ticket_id == ticket_id))


def answer_lines(session: Session, answer_id: int) -> Sequence[AnswerEvent]:
    """An answer's history, newest first."""
    query = select(AnswerEvent).where(AnswerEvent.answer_id == answer_id)
    return session.scalars(query.order_by(AnswerEvent.id.desc())).all()


def answers_by_status(
    session: Session, statuses: Sequence[AnswerStatus], department_id: str | None = None
) -> Sequence[Row[Answer, Ticket, Signal]]:
    """Answers in one of these states with their ticket and signal, longest waiting first; `department_id`: those of its tickets."""
    query = select(Answer, Ticket, Signal).join(Ticket, Ticket.id == Answer.ticket_id).join(Signal, Signal.id == Ticket.signal_id)
    query = query.where(Answer.status.in_(statuses))
    if department_id is not None:
        query = query.where(Ticket.department_id == department_id)
    return session.execute(query.order_by(Answer.changed_at, Answer.id)).all()


def waiting_counts(session: Session, signal_ids: Sequence[int], readable: ColumnElement[bool]) -> dict[int, int]:
    """How many messages of each signal wait for an answer and are `readable` (models.sight); signals without any are absent."""
    query = select(SignalMessage.signal_id, func.count()).select_from(SignalMessage).join(Message, Message.id == SignalMessage.message_id)
    query = query.join(Annotation, Annotation.message_id == Message.id).where(SignalMessage.signal_id == among(signal_ids), readable)
    return {row[0]: row[1] for row in session.execute(query.where(*_waits()).group_by(SignalMessage.signal_id))}


def waiting_in(session: Session, signal_id: int, readable: ColumnElement[bool]) -> Sequence[Row[Message, Kind]]:
    """The messages of a signal that wait for an answer and are `readable`, with their kind, oldest first."""
    query = select(Message, Annotation.kind).join(SignalMessage, SignalMessage.message_id == Message.id)
    query = query.join(Annotation, Annotation.message_id == Message.id).where(SignalMessage.signal_id == signal_id, readable, *_waits())
    return session.execute(query.order_by(Message.published_at, Message.id)).all()


def ticked_off(session: Session, answer_id: int, readable: ColumnElement[bool], limit: int) -> Sequence[Row[HandAnswer, Message]]:
    """What was answered by hand with an answer, newest first."""
    query = select(HandAnswer, Message).join(Message, Message.id == HandAnswer.message_id)
    mine = query.where(HandAnswer.answer_id == answer_id, readable)
    return session.execute(mine.order_by(HandAnswer.answered_at.desc(), HandAnswer.message_id).limit(limit)).all()


def _waits() -> tuple[ColumnElement[bool], ...]:
    return (
        Annotation.kind.in_(WANTS_ANSWER),
        Message.answered_at.is_(None),
        Message.deleted_at.is_(None),
        ~Message.by_municipality,
    )


def questions_in(session: Session, signal_id: int) -> Sequence[Row[int, str, str | None, float]]:
    """Number, text, author and tone of the questions in a signal that everybody may read, oldest first."""
    query = select(Message.id, Message.text, Message.author, Annotation.tone).join(Annotation, Annotation.message_id == Message.id)
    asked = query.join(SignalMessage, SignalMessage.message_id == Message.id).where(SignalMessage.signal_id == signal_id)
    open_to_all = asked.where(Annotation.kind == Kind.QUESTION, Message.deleted_at.is_(None), ~(Message.private | Message.sensitive))
    return session.execute(open_to_all.order_by(Message.published_at, Message.id)).all()
