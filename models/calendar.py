"""The municipality's calendar: what it said, asked, decided and built, so that a rise can be read beside it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, Identity, Index, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.words import Occasion


class CalendarEvent(Base):
    """One thing on one or more whole days. `uid` names it for good, here and in other calendars: brought in again it is the same event."""

    __tablename__ = "calendar_event"
    __table_args__ = (Index("ix_calendar_event_first_last", "first", "last"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    occasion: Mapped[Occasion] = mapped_column(words(Occasion))
    title: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    """Included."""
    themes: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    """Themes and sub-themes it is about; empty where it may be about anything."""
    areas: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    """Neighbourhoods; empty where it is for the whole town."""
    url: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}


def events_between(
    session: Session, first: date, last: date, theme: str | None = None, areas: Sequence[str] = (), limit: int = 2000
) -> list[CalendarEvent]:
    """What touches these days, both included, earliest first; what concerns this theme or sub-theme and these neighbourhoods, if given."""
    query = select(CalendarEvent).where(CalendarEvent.first <= last, CalendarEvent.last >= first)
    events = session.scalars(query.order_by(CalendarEvent.first, CalendarEvent.id).limit(limit))
    return [event for event in events if concerns(event, theme, areas)]


def concerns(event: CalendarEvent, theme: str | None, areas: Sequence[str]) -> bool:
    """Whether an event may have to do with a theme or sub-theme (None: any) in these neighbourhoods (none: anywhere)."""
    about = theme is None or not event.themes or any(_meet(theme, own) for own in event.themes)
    return about and (not areas or not event.areas or bool(set(areas) & set(event.areas)))


def keep_events(session: Session, events: Iterable[CalendarEvent]) -> int:
    """Bring events in from another calendar: one with a known `uid` replaces what was known of its title, days, note and address. How many
    are new or changed.
    """
    names = ("uid", "occasion", "title", "first", "last", "themes", "areas", "url", "note", "written_by", "written_at")
    rows = [{name: getattr(event, name) for name in names} for event in events]
    if not rows:
        return 0
    statement = insert(CalendarEvent).values(rows)
    told = {name: statement.excluded[name] for name in ("title", "first", "last", "url", "note")}
    changed = or_(*(getattr(CalendarEvent, name).is_distinct_from(new) for name, new in told.items()))
    since = {"written_by": statement.excluded.written_by, "written_at": statement.excluded.written_at, "version": CalendarEvent.version + 1}
    kept = statement.on_conflict_do_update(index_elements=["uid"], set_=told | since, where=changed).returning(CalendarEvent.id)
    return len(session.execute(kept).all())


def _meet(one: str, other: str) -> bool:
    """Whether one theme is the other, or part of it."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
