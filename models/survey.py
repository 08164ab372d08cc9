"""Satisfaction surveys, as counts by score: who answered, and what else they wrote, is never kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, exists, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class SurveyImport(Base):
    """One file that was brought in. `refused`: (number of a row, why it was left out), of the first of the `left_out` rows."""

    __tablename__ = "survey_import"
    __table_args__ = (Index("ix_survey_import_survey_digest", "survey", "digest"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    survey: Mapped[str]
    """Its name in goals.yaml."""
    digest: Mapped[str]
    """The hash of the file, so that the same one is known again."""
    answers: Mapped[int]
    left_out: Mapped[int]
    refused: Mapped[list[tuple[int, str]]] = mapped_column(JSONB)
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]


class SurveyMonth(Base):
    """The answers to one question in one month: how many gave each score."""

    __tablename__ = "survey_month"

    survey: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    """By score, written as text."""
    population: Mapped[int | None]
    """How many could have answered, where that is known."""
    import_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("survey_import.id"))


@dataclass(frozen=True)
class Scores:
    """How many gave each score to one question in one month; `population` could have."""

    question: str
    month: date
    counts: Mapping[int, int]
    population: int | None = None


def known_import(session: Session, survey: str, digest: str) -> SurveyImport | None:
    """The file with this hash, if something of it still counts."""
    counts = exists().where(SurveyMonth.import_id == SurveyImport.id)
    query = select(SurveyImport).where(SurveyImport.survey == survey, SurveyImport.digest == digest, counts)
    return session.scalars(query.order_by(SurveyImport.id.desc()).limit(1)).first()


def keep_survey(session: Session, brought: SurveyImport, months: Sequence[Scores]) -> SurveyImport:
    """Keep a file's counts in the place of what was known of the same questions and months."""
    session.add(brought)
    session.flush()
    for scores in months:
        told = {
            "counts": {str(score): count for score, count in sorted(scores.counts.items())},
            "population": scores.population,
            "import_id": brought.id,
        }
        statement = insert(SurveyMonth).values(survey=brought.survey, question=scores.question, month=scores.month, **told)
        session.execute(statement.on_conflict_do_update(index_elements=["survey", "question", "month"], set_=told))
    return brought


def survey_months(session: Session, survey: str, question: str, first: date, last: date) -> dict[date, Scores]:
    """The answers to a question in the months whose first day lies between these, both included."""
    mine = (SurveyMonth.survey == survey, SurveyMonth.question == question, SurveyMonth.month.between(first, last))
    query = select(SurveyMonth).where(*mine).order_by(SurveyMonth.month).execution_options(populate_existing=True)
    return {
        row.month: Scores(question, row.month, {int(score): count for score, count in row.counts.items()}, row.population)
        for row in session.scalars(query)
    }


def survey_imports(session: Session, limit: int) -> Sequence[SurveyImport]:
    """The files that were brought in, newest first."""
    return session.scalars(select(SurveyImport).order_by(SurveyImport.id.desc()).limit(limit)).all()
