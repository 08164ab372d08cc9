"""What could not be heard, and what is quiet as always: so that nobody takes a gap for peace, nor peace for a gap."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.heard import by_source_between, themes_between
from models.language import _
from models.source import Source, troubled
from routing.signals.assess import names
from routing.signals.summary import DAY

SILENCE_SPEAKS = 12
"""Messages in four of the same days of the week from which a day without any is no chance."""


@dataclass(frozen=True)
class SilentSource:
    """A source that failed, or from which nothing came while it usually does; so that nobody takes a gap for peace."""

    id: str
    name: str
    problem: str
    mend: str


def silent_sources(session: Session, now: datetime) -> tuple[SilentSource, ...]:
    """Sources whose last reading failed, and those from which nothing came on a day of the week on which they always bring something."""
    failed = {row.id: SilentSource(*row) for row in troubled(session)}
    today = by_source_between(session, now - DAY, now)
    before = [by_source_between(session, now - DAY - timedelta(weeks=w), now - timedelta(weeks=w)) for w in range(1, 5)]
    sources = {source.id: source.name for source in session.scalars(select(Source).where(Source.active))}
    for id, name in sources.items():
        counts = [week.get(id, 0) for week in before]
        if id not in failed and not today.get(id) and min(counts) > 0 and sum(counts) >= SILENCE_SPEAKS:
            usual = sum(counts) / len(counts)
            failed[id] = SilentSource(
                id,
                name,
                _("Geen berichten in 24 uur, gewoonlijk %(usual)s.", usual=f"{usual:.0f}"),
                _("Kijk op de pagina Bronnen of de levering nog loopt."),
            )
    return tuple(failed[id] for id in sorted(failed))


def quiet(session: Session, now: datetime, told: Set[str]) -> tuple[str, ...]:
    """Names of the themes in which nothing is the matter, those usually heard most first."""
    called = names(session)
    today = themes_between(session, now - DAY, now)
    weeks = themes_between(session, now - DAY - timedelta(weeks=4), now - DAY)
    usual = {theme: count / 28 for theme, count in weeks.items()}
    calm = [theme for theme in usual if theme not in told and today.get(theme, 0) <= 1.5 * usual[theme] + 1.5]
    return tuple(called[theme] for theme in sorted(calm, key=lambda theme: (-usual[theme], theme)) if theme in called)
