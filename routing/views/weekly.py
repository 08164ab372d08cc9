"""The weekly letter of a saved view: how much was said last week, and the week before. No words of residents."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from babel.dates import format_date
from sqlalchemy.orm import Session

from models import trend as asked
from models.database import transaction
from models.delivery import keys_present
from models.saved_view import SavedView, mailed_weekly
from models.settings import settings
from models.worded import TooManyWordedError
from routing.deliveries.outbox import put
from routing.digests.letters import Letter, write

FEWEST = 5
WEEK = timedelta(days=7)
FILTERS = ("thema", "plek", "kanaal", "soort", "toon", "taal", "bron", "woorden")


def mail_due(now: datetime) -> int:
    """Put the letter of each view for the week that ended last Sunday into the outbox, once; how many were new."""
    monday = _monday(now)
    with transaction() as session:
        views = {f"view/{view.id}/{monday - WEEK}": view for view in mailed_weekly(session)}
        told = keys_present(session, list(views))
        return sum(
            put(session, key, _letter(session, view, monday - WEEK), view.weekly_to, now) for key, view in views.items() if key not in told
        )


def _letter(session: Session, view: SavedView, monday: date) -> Letter:
    last = monday + timedelta(days=6)
    week = f"{format_date(monday, 'd MMMM', locale='nl')} tot en met {format_date(last, 'd MMMM', locale='nl')}"
    content = {
        "heading": f"{view.name}: {_said(session, view, monday)}",
        "lines": [
            f"De week van {week}: {_said(session, view, monday)}. De week ervoor: {_said(session, view, monday - WEEK)}.",
            "U krijgt dit omdat deze vraag bij Trends is bewaard. Stoppen kan daar ook, bij Bewaarde vragen.",
        ],
        "button": "Bekijk de vraag",
        "link": f"{settings().public_url.rstrip('/')}/trends?{urlencode(view.address)}",
    }
    return write("reader", str(content["heading"]), content)


def _said(session: Session, view: SavedView, monday: date) -> str:
    """How many messages a week brought; of fewer than five people in a narrow question only that."""
    trend, zone = view.trend(monday, monday + timedelta(days=6)), settings().zone
    try:
        count = asked.total(session, trend, zone)
        narrow = sum(name in view.address for name in FILTERS) > 1
        if count and narrow and asked.fewer_people(session, trend, zone, FEWEST):
            return "minder dan vijf mensen"
    except TooManyWordedError:
        return "te veel om te tellen"
    return "1 bericht" if count == 1 else f"{count} berichten"


def _monday(now: datetime) -> date:
    today = now.astimezone(settings().zone).date()
    return today - timedelta(days=today.weekday())
