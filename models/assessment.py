"""The yardstick: what a municipality says of itself, how each year was settled, and what others sent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Identity, Index, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.calendar import CalendarEvent
from models.choice import Choice
from models.digest import Digest
from models.feedback import DigestFeedback
from models.ticket import Ticket
from models.town import Department
from models.words import CLOSED, ChoiceForm, Occasion, Opinion, TicketStatus

ACTING = (TicketStatus.ACCEPTED, TicketStatus.IN_HAND, TicketStatus.WAITING, TicketStatus.SETTLED)
TOGETHER = (ChoiceForm.VISIT, ChoiceForm.SURVEY, ChoiceForm.Q_AND_A, ChoiceForm.COMMUNITY, ChoiceForm.FOCUS_GROUP)
ASKS = (Occasion.QUESTIONS, Occasion.SURVEY, Occasion.EVENING)
TELLS = (Occasion.POST, Occasion.DECISION, Occasion.CAMPAIGN)


class AssessmentAnswer(Base):
    """One answer to one question about one year. Answers are added: the newest counts, the earlier ones tell how it went."""

    __tablename__ = "assessment_answer"
    __table_args__ = (
        CheckConstraint("phase BETWEEN 1 AND 4", name="phase"),
        Index("ix_assessment_answer_year_question", "year", "question"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    year: Mapped[int]
    question: Mapped[str]
    """Its name in method.yaml."""
    phase: Mapped[int]
    """1 to 4; the phase that the chosen answer describes."""
    remark: Mapped[str] = mapped_column(default="", server_default=text("''"))
    answered_by: Mapped[str]
    answered_at: Mapped[datetime]


class Assessment(Base):
    """One year as it was settled. `content` is `dashboards.meetlat.score.Scored` as JSON; `method` is the version it was judged by."""

    __tablename__ = "assessment"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    method: Mapped[str]
    content: Mapped[dict[str, Any]]
    settled_by: Mapped[str]
    settled_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}


class PeerAssessment(Base):
    """What another municipality sent. `sender` is a number that says nothing of who it is; the same sender replaces its earlier file."""

    __tablename__ = "peer_assessment"

    sender: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    brought_by: Mapped[str]
    brought_at: Mapped[datetime]


def present_answers(session: Session, year: int) -> dict[str, AssessmentAnswer]:
    """The newest answer to each question about a year that has one."""
    query = select(AssessmentAnswer).where(AssessmentAnswer.year == year).ext(distinct_on(AssessmentAnswer.question))
    return {row.question: row for row in session.scalars(query.order_by(AssessmentAnswer.question, AssessmentAnswer.id.desc()))}


def settled_years(session: Session) -> Sequence[Assessment]:
    """Every year that was settled, oldest first."""
    return session.scalars(select(Assessment).order_by(Assessment.year)).all()


def peers_of(session: Session, year: int, limit: int) -> Sequence[PeerAssessment]:
    """What others sent of a year, in an order that tells nothing."""
    return session.scalars(select(PeerAssessment).where(PeerAssessment.year == year).order_by(PeerAssessment.sender).limit(limit)).all()


def departments_acting(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """Departments in use that got a ticket between two moments, and those of them that took up or settled one."""
    took = func.count().filter(Ticket.status.in_(ACTING))
    query = select(Ticket.department_id, took.label("took")).join(Department, Department.id == Ticket.department_id)
    each = query.where(Department.active, *_opened(since, until)).group_by(Ticket.department_id).subquery()
    row = session.execute(select(func.count(), func.count().filter(each.c.took > 0)).select_from(each)).one()
    return row[0], row[1]


def settled_in_term(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """Tickets that were settled between two moments, and those of them in time."""
    settled = (Ticket.status == TicketStatus.SETTLED, Ticket.merged_into.is_(None), Ticket.settled_at >= since, Ticket.settled_at < until)
    row = session.execute(select(func.count(), func.count().filter(Ticket.settled_at <= Ticket.due_at)).where(*settled)).one()
    return row[0], row[1]


def tickets_with_outcome(session: Session, since: datetime, until: datetime, ripe: datetime) -> tuple[int, int]:
    """Tickets opened between two moments that are closed, or were opened before `ripe`; and those of them with an outcome to read."""
    told = (Ticket.status == TicketStatus.SETTLED) & (func.coalesce(Ticket.outcome, "") != "")
    closed = Ticket.status.in_(CLOSED) | (Ticket.opened_at < ripe)
    row = session.execute(select(func.count(), func.count().filter(told)).where(*_opened(since, until), closed)).one()
    return row[0], row[1]


def choices_together(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """What was decided to do about signals between two moments, and how much of it with residents."""
    made = (Choice.withdrawn_at.is_(None), Choice.form != ChoiceForm.FOLLOW, Choice.decided_at >= since, Choice.decided_at < until)
    row = session.execute(select(func.count(), func.count().filter(Choice.form.in_(TOGETHER))).where(*made)).one()
    return row[0], row[1]


def occasions_to_answer(session: Session, first: date, last: date) -> tuple[int, int]:
    """What the calendar has between two days, both included, of telling and of asking; and how much of asking."""
    held = (CalendarEvent.first.between(first, last), CalendarEvent.occasion.in_((*ASKS, *TELLS)))
    row = session.execute(select(func.count(), func.count().filter(CalendarEvent.occasion.in_(ASKS))).where(*held)).one()
    return row[0], row[1]


def departments_reading(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """Departments in use that had a digest between two moments, and those of them that let know they used one."""
    had = select(Digest.audience).where(Digest.built_at >= since, Digest.built_at < until)
    used = (DigestFeedback.opinion != Opinion.NOT_FOR_US, DigestFeedback.at >= since, DigestFeedback.at < until)
    told = Department.id.in_(select(DigestFeedback.audience).where(*used))
    row = session.execute(select(func.count(), func.count().filter(told)).where(Department.active, Department.id.in_(had))).one()
    return row[0], row[1]


def _opened(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Ticket.opened_at >= since, Ticket.opened_at < until, Ticket.merged_into.is_(None))


def keep_peer(session: Session, peer: PeerAssessment) -> None:
    """Keep another's file in the place of what the same sender sent of that year."""
    told = {name: getattr(peer, name) for name in ("content", "brought_by", "brought_at")}
    statement = insert(PeerAssessment).values(sender=peer.sender, year=peer.year, **told)
    session.execute(statement.on_conflict_do_update(index_elements=["sender", "year"], set_=told))
