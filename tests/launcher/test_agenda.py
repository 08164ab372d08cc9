"""The example's calendar: themes and neighbourhoods that the town has, and once however often it is brought."""

from sqlalchemy.orm import Session

from launcher.agenda import EVENTS, bring_agenda
from models import CalendarEvent, Place, Theme
from models.municipality import Municipality
from models.settings import settings
from tests.conftest import NOW


def test_the_example_s_calendar_names_what_the_town_has_and_comes_once(town: Municipality, session: Session) -> None:
    assert bring_agenda(NOW, settings().zone) == len(EVENTS)
    assert bring_agenda(NOW, settings().zone) == 0
    events = session.query(CalendarEvent).all()
    assert all(session.get(Theme, slug) for event in events for slug in event.themes)
    assert all(session.get(Place, area) for event in events for area in event.areas)
    assert any(event.first < NOW.date() for event in events)
    assert any(event.first > NOW.date() for event in events)
