"""What a person typed about one event of the calendar, and what may be wrong with it."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Form
from sqlalchemy.orm import Session

from dashboards.agenda.ical import MAX_DAYS
from models.calendar import CalendarEvent
from models.language import _
from models.town import Place
from models.trend import areas_to_ask, themes_to_ask
from models.words import Occasion, PlaceKind


class Typed:
    """What a person typed about one event."""

    def __init__(
        self,
        title: Annotated[str, Form(alias="titel", max_length=200)] = "",
        occasion: Annotated[Occasion, Form(alias="soort")] = Occasion.EVENT,
        first: Annotated[date | None, Form(alias="eerste")] = None,
        last: Annotated[str, Form(alias="laatste", max_length=10)] = "",
        url: Annotated[str, Form(alias="adres", max_length=500)] = "",
        note: Annotated[str, Form(alias="toelichting", max_length=2000)] = "",
        thema: Annotated[list[str], Form()] = [],  # noqa: B006 - as FastAPI wants it
        plek: Annotated[list[str], Form()] = [],  # noqa: B006
    ) -> None:
        self.title, self.occasion, self.first, self.url, self.note = " ".join(title.split()), occasion, first, url.strip(), note.strip()
        self.last = _date(last) if last else first
        self.themes, self.areas = thema, plek

    def refused(self) -> str | None:
        """What is wrong with it, in Dutch; None where nothing is."""
        if not self.title:
            return _("Geef het een titel: wat gebeurt er?")
        if self.first is None or self.last is None:
            return _("Vul de eerste dag in, en de laatste als het langer duurt. Schrijf een dag als 2026-11-21.")
        if self.last < self.first:
            return _("De laatste dag ligt voor de eerste. Draai ze om.")
        if (self.last - self.first).days > MAX_DAYS:
            return _("Dit duurt langer dan drie jaar. Zet het in delen in de agenda.")
        if self.url and not self.url.startswith(("https://", "http://")):
            return _("Het adres begint niet met https://. Neem het over uit uw browser.")
        return None

    def onto(self, event: CalendarEvent, session: Session, by: str, now: datetime) -> CalendarEvent:
        """Write it into an event; themes and places that nobody knows are left out."""
        assert self.first is not None
        assert self.last is not None
        themes = {theme.slug for theme in themes_to_ask(session)}
        places = {place.id for place in neighbourhoods(session)}
        event.title, event.occasion, event.first, event.last = self.title, self.occasion, self.first, self.last
        event.url, event.note = self.url or None, self.note
        event.themes, event.areas = [t for t in self.themes if t in themes], [p for p in self.areas if p in places]
        event.written_by, event.written_at = by, now
        return event


def neighbourhoods(session: Session) -> list[Place]:
    """The neighbourhoods an event may be in, by name."""
    return [place for place in areas_to_ask(session) if place.kind is PlaceKind.NEIGHBOURHOOD]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
