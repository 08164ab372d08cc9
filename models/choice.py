"""Choices: what was decided to do with a signal, by whom, and what came of it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Identity, Index, Row, func, select, text, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.base import Base, among, words
from models.message import Message
from models.signal import Signal, SignalMessage
from models.words import ChoiceForm


class Choice(Base):
    """One decision about one signal: a form, and who takes it. `version` counts changes, so that a stale page undoes nothing unseen."""

    __tablename__ = "choice"
    __table_args__ = (Index("ix_choice_signal_id", "signal_id"), Index("ix_choice_stand_up_id", "stand_up_id"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    stand_up_id: Mapped[int | None] = mapped_column(ForeignKey("stand_up.id"))
    """Where it was decided; None: on the page of the signal."""
    form: Mapped[ChoiceForm] = mapped_column(words(ChoiceForm))
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    """Name of the account that wrote it down."""
    present: Mapped[str] = mapped_column(default="", server_default=text("''"))
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    person: Mapped[str] = mapped_column(default="", server_default=text("''"))
    due: Mapped[date | None]
    outcome: Mapped[str | None]
    """What came of it, in a sentence."""
    outcome_at: Mapped[datetime | None]
    outcome_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}


def choices_about(session: Session, signal_ids: Sequence[int]) -> dict[int, list[Choice]]:
    """What was decided about each of these signals, and about those that went into it, newest first; without what was withdrawn."""
    whole = select(Signal.id.label("root"), Signal.id.label("part")).where(Signal.id == among(signal_ids)).cte("whole", recursive=True)
    merged = aliased(Signal)
    whole = whole.union(select(whole.c.root, merged.id).join(whole, merged.merged_into == whole.c.part))
    query = select(whole.c.root, Choice).join(Choice, Choice.signal_id == whole.c.part).where(Choice.withdrawn_at.is_(None))
    about: dict[int, list[Choice]] = defaultdict(list)
    for root, choice in session.execute(query.order_by(Choice.decided_at.desc(), Choice.id.desc())):
        about[root].append(choice)
    return dict(about)


def newest_choice(session: Session, signal_id: int) -> int:
    """Number of the last choice about a signal, withdrawn or not; 0 where there is none."""
    return session.scalar(select(func.max(Choice.id)).where(Choice.signal_id == signal_id)) or 0


def newest_choices(session: Session, signal_ids: Sequence[int]) -> dict[int, int]:
    """The same of several signals; those without a choice are absent."""
    query = select(Choice.signal_id, func.max(Choice.id)).where(Choice.signal_id == among(signal_ids)).group_by(Choice.signal_id)
    return {row[0]: row[1] for row in session.execute(query)}


def chosen_at(session: Session, stand_up_id: int) -> Sequence[Choice]:
    """What was decided at a stand-up, in order; without what was withdrawn."""
    query = select(Choice).where(Choice.stand_up_id == stand_up_id, Choice.withdrawn_at.is_(None))
    return session.scalars(query.order_by(Choice.decided_at, Choice.id)).all()


def outcomes_like(session: Session, subs: Sequence[str]) -> Sequence[Row[Choice, Signal]]:
    """Choices about signals of these sub-themes of which it is known what came, newest first."""
    query = select(Choice, Signal).join(Signal, Signal.id == Choice.signal_id).where(Signal.sub.in_(subs))
    known = query.where(Choice.outcome_at.is_not(None), Choice.withdrawn_at.is_(None))
    return session.execute(known.order_by(Choice.outcome_at.desc(), Choice.id.desc())).all()


def open_choices(session: Session, department_id: str | None = None) -> Sequence[Row[Choice, Signal]]:
    """Choices of which nobody said yet what came, with their signals, by their day; `department_id`: those it takes."""
    query = select(Choice, Signal).join(Signal, Signal.id == Choice.signal_id)
    waiting = query.where(Choice.outcome_at.is_(None), Choice.withdrawn_at.is_(None), Choice.form != ChoiceForm.FOLLOW)
    if department_id is not None:
        waiting = waiting.where(Choice.department_id == department_id)
    return session.execute(waiting.order_by(Choice.due.asc().nulls_last(), Choice.decided_at, Choice.id)).all()


def took_part_before(session: Session, signal_ids: Sequence[int], since: datetime) -> dict[int, int]:
    """How many of the people in each signal wrote about its theme before it began, in another signal and after `since`."""
    people = (
        select(Signal.id, Signal.theme, Signal.first_at, Message.author)
        .join(SignalMessage, SignalMessage.signal_id == Signal.id)
        .join(Message, Message.id == SignalMessage.message_id)
        .where(Signal.id == among(signal_ids), Message.author.is_not(None))
        .distinct()
        .subquery()
    )
    # One earlier message of each is enough, so that who writes every day costs no more than others.
    earlier, before, other = aliased(SignalMessage), aliased(Message), aliased(Signal)
    one = (
        select(before.id)
        .join(earlier, earlier.message_id == before.id)
        .join(other, other.id == earlier.signal_id)
        .where(before.author == people.c.author, before.published_at < people.c.first_at, before.published_at > since)
        .where(other.theme == people.c.theme, other.id != people.c.id)
        .limit(1)
        .lateral()
    )
    query = select(people.c.id, func.count()).join(one, true()).group_by(people.c.id)
    return {row[0]: row[1] for row in session.execute(query)}


def returning_in(session: Session, signal: Signal, since: datetime, readable: ColumnElement[bool], limit: int) -> Sequence[Message]:
    """The last message in a signal of each of those people, newest first: where they can be spoken to. Only what is `readable`."""
    earlier, before, other = aliased(SignalMessage), aliased(Message), aliased(Signal)
    known = (
        select(before.author)
        .join(earlier, earlier.message_id == before.id)
        .join(other, other.id == earlier.signal_id)
        .where(other.theme == signal.theme, other.id != signal.id, before.author.is_not(None))
        .where(before.published_at < signal.first_at, before.published_at > since)
    )
    said = select(Message).join(SignalMessage, SignalMessage.message_id == Message.id).where(SignalMessage.signal_id == signal.id)
    last = said.where(Message.author.in_(known), Message.deleted_at.is_(None), readable).ext(distinct_on(Message.author))
    newest = session.scalars(last.order_by(Message.author, Message.published_at.desc(), Message.id.desc())).all()
    return sorted(newest, key=lambda message: (message.published_at, message.id), reverse=True)[:limit]


def turns_in(session: Session, signal_ids: Sequence[int]) -> dict[int, float]:
    """How many messages a conversation of each signal has on average: 1 where nobody reacts to anybody."""
    place = func.coalesce(Message.source_id + " " + Message.conversation, func.concat("alone ", Message.id))
    query = select(SignalMessage.signal_id, func.count(), func.count(place.distinct()))
    rows = session.execute(
        query.join(Message, Message.id == SignalMessage.message_id)
        .where(SignalMessage.signal_id == among(signal_ids))
        .group_by(SignalMessage.signal_id)
    )
    return {row[0]: row[1] / row[2] for row in rows}


def decided_between(session: Session, since: datetime, until: datetime) -> Sequence[Row[Choice, Signal]]:
    """What was decided after `since`, up to and including `until`, and not withdrawn, with its signal; weightiest signal first."""
    query = select(Choice, Signal).join(Signal, Signal.id == Choice.signal_id).where(Choice.withdrawn_at.is_(None))
    decided = query.where(Choice.decided_at > since, Choice.decided_at <= until)
    return session.execute(decided.order_by(Signal.weight.desc(), Choice.id)).all()
