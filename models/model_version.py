"""Model versions: every model that was trained here from corrections, what it was worth, and which one is in use."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class ModelVersion(Base):
    """One trained model, under the name that annotations give it. Where none is in use, the model of the corpus alone is."""

    __tablename__ = "model_version"
    __table_args__ = (Index("ix_model_version_in_use", "in_use", unique=True, postgresql_where=text("in_use")),)

    name: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    """Hash of the modules it was made by: another version of them cannot use it."""
    trained_at: Mapped[datetime]
    examples: Mapped[int]
    """Messages of the corpus it learned from."""
    corrections: Mapped[int]
    """Corrected messages it learned from as well."""
    scores: Mapped[dict[str, Any]]
    verdict: Mapped[str]
    """Why it was promoted, or not: a Dutch sentence."""
    in_use: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    promoted_at: Mapped[datetime | None]
    """When it was first taken into use."""
    retired_at: Mapped[datetime | None]
    promoted_by: Mapped[str | None]
    """Name of the person, or `luisterpost`."""


def model_in_use(session: Session) -> ModelVersion | None:
    """The promoted version; None where the model of the corpus alone serves."""
    return session.scalar(select(ModelVersion).where(ModelVersion.in_use))


def model_versions(session: Session, limit: int) -> Sequence[ModelVersion]:
    """The versions, newest first."""
    return session.scalars(select(ModelVersion).order_by(ModelVersion.trained_at.desc(), ModelVersion.name).limit(limit)).all()


def version_before(session: Session, version: ModelVersion, code: str) -> ModelVersion | None:
    """What was promoted before this version and can still be used by this code."""
    earlier = select(ModelVersion).where(ModelVersion.promoted_at < version.promoted_at, ModelVersion.code == code)
    return session.scalar(earlier.order_by(ModelVersion.promoted_at.desc()).limit(1))


def retire(session: Session, now: datetime) -> None:
    """Nothing is in use any more but the model of the corpus."""
    session.execute(update(ModelVersion).where(ModelVersion.in_use).values(in_use=False, retired_at=now))


def take_into_use(session: Session, name: str, by: str, now: datetime, first: bool = True) -> None:
    """Put one version in the place of whatever is in use, in the caller's transaction; `first`: it is promoted now."""
    retire(session, now)
    values: dict[str, Any] = {"in_use": True, "retired_at": None, "promoted_by": by}
    session.execute(update(ModelVersion).where(ModelVersion.name == name).values(**values, **({"promoted_at": now} if first else {})))
