"""Configuration files as they were when they last could be used: while a file is damaged, its last good text stays in force."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class GoodFile(Base):
    """The last usable text of one file."""

    __tablename__ = "good_file"

    name: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    since: Mapped[datetime]


def keep_good(session: Session, name: str, source: str, now: datetime) -> None:
    """Remember a text that can be used."""
    kept = session.get(GoodFile, name)
    if kept is None or kept.source != source:
        statement = insert(GoodFile).values(name=name, source=source, since=now)
        session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"source": source, "since": now}))


def last_good(session: Session, name: str) -> str | None:
    """The text that could be used last."""
    kept = session.get(GoodFile, name, populate_existing=True)
    return kept.source if kept is not None else None
