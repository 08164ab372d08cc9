"""The administrator hears of a source that keeps failing. Alerts of signals are in `routing/alerts`."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.municipality import About
from models.settings import settings
from models.source import out_of_order
from routing.deliveries.outbox import put
from routing.digests.letters import write


def alert_administrator(session: Session, now: datetime) -> int:
    """Tell of every source that was given up on for the time being, once for each time that happens; how many are new."""
    troubled = out_of_order(session)
    if not troubled:
        return 0
    recipient, told = _administrator(), 0
    for id, name, since, problem, mend in troubled:
        link = f"{settings().public_url.rstrip('/')}/bronnen/{id}"
        letter = write("source", f"Bron {name} doet het niet", {"name": name, "problem": problem, "mend": mend, "link": link})
        told += put(session, f"alert/source/{id}/{since:%Y-%m-%dT%H:%M:%S}", letter, recipient, now)
    return told


def _administrator() -> str | None:
    """Whom municipality.yaml names. A mistake in that file is no reason to send nothing: the alert then stands on the mail page."""
    try:
        about = read_yaml(settings().config / "municipality.yaml", About)
    except ConfigurationError:
        return None
    return about.administrator or about.newsroom_email
