"""Every day's figures of Matomo into measures. A day that Matomo may still change is asked again, a day that was missed is asked later.

A site's day is one transaction: what was kept of it is replaced by what is told now. A day that cannot be had stays a gap.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from ingest.matomo import reports
from ingest.matomo.answer import Fault, MatomoError, Row
from ingest.matomo.client import Client, Place
from ingest.matomo.question import Question
from ingest.matomo.sites import MatomoFile, Site, load_matomo
from models.configuration import read_yaml
from models.database import transaction
from models.measure import Measure, MeasuredDay, days_measured
from models.municipality import About
from models.settings import settings
from outside.errors import OutsideError

SOURCE = "matomo"
CHANGES_FOR = 3
"""Days after which Matomo changes a day no more."""
SILENT_FOR = 14
"""Days in which a day without a single visit is asked again: its sums may not have been made yet."""
BACK = timedelta(days=396)
AT_ONCE = 62
"""Days of one site in one run: after a long absence the newest come first, the rest in the next runs."""
ROWS = 100
LABEL = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetched:
    """What one run brought: days of sites that are kept, and in Dutch what went wrong."""

    days: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _Report:
    """One report of a day: how to ask it, and which figures its rows give."""

    question: Question
    figures: tuple[tuple[str, str], ...]
    """Name of the measure, and the field it is read from."""
    shape: type[reports.Told]
    label: str | None = None
    """What the figure is split by where the rows do not say so themselves."""


def fetch_due(now: datetime) -> Fetched:
    """Fetch what is not there yet or not settled, of every site; one that fails does not stop the others.

    Raises:
        ConfigurationError: matomo.yaml cannot be used.
    """
    file = load_matomo(settings().config)
    if file is None:
        return Fetched(0, ())
    try:
        place = Place(str(file.url), file.token.reveal("Matomo"), file.allow_private, _user_agent())
    except OutsideError as error:
        return Fetched(0, (str(error),))
    kept, problems = 0, []
    with Client(place) as client:
        for site in file.sites:
            done, problem = _fetch_site(client, file, site, now)
            kept += done
            if problem:
                problems.append(f"{site.name}: {problem}")
    return Fetched(kept, tuple(problems))


def days_due(known: dict[date, bool], first: date, today: date) -> list[date]:
    """Days from `first` up to yesterday that were never asked for or may still change, newest first, no more than fit in a run."""
    wanted = (today - timedelta(days=back) for back in range(1, (today - first).days + 1))
    return [day for day in wanted if not known.get(day, False)][:AT_ONCE]


def _fetch_site(client: Client, file: MatomoFile, site: Site, now: datetime) -> tuple[int, str]:
    today = now.astimezone(settings().zone).date()
    first = max(file.since or today - BACK, today - BACK)
    with transaction() as session:
        due = days_due(days_measured(session, SOURCE, str(site.id), first, today), first, today)
    done = 0
    for day in due:
        try:
            found = _ask(client, site, day)
        except OutsideError as error:
            log.warning("matomo: site %s, %s: %s", site.id, day, type(error).__name__)
            return done, str(error)
        _keep(site, day, found, _settled(found, day, today), now)
        done += 1
    return done, ""


def _ask(client: Client, site: Site, day: date) -> list[Measure]:
    """All figures of a day. A report that this Matomo does not have is left out.

    Raises:
        MatomoError: the day cannot be had as a whole now, or the token is refused. RequestRefused.
    """
    asked = list(_reports(site, day))
    answers = client.together([report.question for report in asked], ROWS)
    found: list[Measure] = []
    for report, answer in zip(asked, answers, strict=True):
        if isinstance(answer, MatomoError):
            if answer.fault is not Fault.QUESTION or report.shape is reports.Visits:
                raise answer
            continue
        found += _figures(site, day, report, answer)
    return found


def _reports(site: Site, day: date) -> Iterator[_Report]:
    yield _Report(
        reports.visits(site.id, day),
        (("visits", "nb_visits"), ("actions", "nb_actions"), ("visitors", "nb_uniq_visitors")),
        reports.Visits,
        "",
    )
    yield _Report(reports.campaigns(site.id, day), (("campaign_visits", "nb_visits"),), reports.Labelled)
    yield _Report(reports.websites(site.id, day), (("website_visits", "nb_visits"),), reports.Labelled)
    yield _Report(reports.pages(site.id, day), (("page_views", "nb_hits"),), reports.Labelled)
    yield _Report(reports.events(site.id, day), (("events", "nb_events"),), reports.Labelled)
    yield _Report(reports.searches(site.id, day), (("searches", "nb_visits"),), reports.Labelled)
    for number, name in site.goals.items():
        yield _Report(reports.goal(site.id, number, day), (("goal_conversions", "nb_conversions"),), reports.Goal, name)


def _figures(site: Site, day: date, report: _Report, rows: Sequence[Row]) -> Iterator[Measure]:
    totals: dict[tuple[str, str], float] = {}
    for row in reports.read_as(report.shape, rows):
        dimension = report.label if report.label is not None else str(getattr(row, "label", ""))[:LABEL]
        for name, field in report.figures:
            totals[name, dimension] = totals.get((name, dimension), 0.0) + float(getattr(row, field))
    for (name, dimension), value in totals.items():
        if value:
            yield Measure(source=SOURCE, site=str(site.id), name=name, day=day, dimension=dimension, value=value)


def _settled(found: Sequence[Measure], day: date, today: date) -> bool:
    age = (today - day).days
    return age > (CHANGES_FOR if any(measure.name == "visits" for measure in found) else SILENT_FOR)


def _keep(site: Site, day: date, found: Sequence[Measure], settled: bool, now: datetime) -> None:
    columns = [column.name for column in Measure.__table__.columns]
    with transaction() as session:
        mine = (Measure.source == SOURCE, Measure.site == str(site.id), Measure.day == day)
        session.execute(delete(Measure).where(*mine))
        if found:
            session.execute(insert(Measure), [{name: getattr(measure, name) for name in columns} for measure in found])
        told = {"fetched_at": now, "settled": settled}
        statement = insert(MeasuredDay).values(source=SOURCE, site=str(site.id), day=day, **told)
        session.execute(statement.on_conflict_do_update(index_elements=["source", "site", "day"], set_=told))


def _user_agent() -> str:
    return f"Luisterpost ({read_yaml(settings().config / 'municipality.yaml', About).contact})"
