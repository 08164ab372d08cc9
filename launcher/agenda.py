"""The example municipality's own calendar, relative to its first start: what it said, asked, decided and built."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.calendar import CalendarEvent, keep_events
from models.database import transaction
from models.words import Occasion

EVENTS: tuple[tuple[str, Occasion, str, int, int, tuple[str, ...], tuple[str, ...]], ...] = (
    ("passen", Occasion.WORKS, "Nieuwe software in de ondergrondse containers", -4, 2, ("afval",), ("havenkwartier", "oude-haven")),
    ("campagne", Occasion.CAMPAIGN, "Campagne: naast de bak is geen bak", -30, 14, ("afval/bijplaatsing",), ()),
    ("parkeren", Occasion.DECISION, "Raadsbesluit parkeertarieven", -16, 1, ("parkeren",), ()),
    ("kastanjelaan", Occasion.EVENING, "Bewonersavond oversteek Kastanjelaan", -9, 1, ("verkeersveiligheid",), ("spoorzicht",)),
    ("vragenuur", Occasion.QUESTIONS, "Vragenuur met de wethouder, online", -6, 1, (), ()),
    ("park", Occasion.SURVEY, "Vragenlijst Singelpark", -12, 21, ("groen",), ("singelkwartier",)),
    ("markt", Occasion.EVENT, "Wintermarkt in het centrum", 8, 2, (), ()),
    ("oudjaar", Occasion.POST, "Bericht over vuurwerk en afvalroute", 20, 1, (), ()),
)
"""Name, kind, title, first day from the start, how many days, themes, neighbourhoods."""


def bring_agenda(anchor: datetime, zone: ZoneInfo) -> int:
    """Put the example's events in the calendar; how many are new. Brought again, they are the same."""
    with transaction() as session:
        return keep_events(session, _events(anchor, zone))


def _events(anchor: datetime, zone: ZoneInfo) -> Iterator[CalendarEvent]:
    today = anchor.astimezone(zone).date()
    for name, occasion, title, ahead, days, themes, areas in EVENTS:
        first = today + timedelta(days=ahead)
        yield CalendarEvent(
            uid=f"{name}@rivierstad.example",
            occasion=occasion,
            title=title,
            first=first,
            last=first + timedelta(days=days - 1),
            themes=list(themes),
            areas=list(areas),
            note="",
            written_by="redactie",
            written_at=anchor,
        )
