"""How much was heard, from whom and about what: counts between two moments, from the tallies."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.cells import MOMENT, counted_between
from models.counting import Chosen, each
from models.fitting import Along
from models.settings import settings
from models.tally import Names, Side, Way


def residents_by_day(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> dict[date, int]:
    """How many messages residents sent on each local day; days without any are absent."""
    return _of_residents(session, since, until, zone).by_day()


def residents_by_hour(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> Sequence[tuple[date, int, int]]:
    """How many messages residents sent on each local day in each hour (0 to 23) that brought any."""
    hours = _of_residents(session, since, until, zone).by_hour()
    return [(day, hour, count) for (day, hour), count in hours.items()]


def themes_between(session: Session, since: datetime, until: datetime) -> dict[str, int]:
    """How many messages of residents had each theme as their main one."""
    return _by_main(session, since, until, lambda sub: sub.partition("/")[0])


def subs_between(session: Session, since: datetime, until: datetime) -> dict[str, int]:
    """How many messages of residents had each sub-theme as their main one."""
    return _by_main(session, since, until, str)


def by_source_between(session: Session, since: datetime, until: datetime) -> dict[str, int]:
    """How many messages each source brought that were published between two moments."""
    return each(Chosen(counted_between(session, since, until, settings().zone), {}).by_names(Side.WAY), _source)


def heard_by_day(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> dict[str, dict[date, int]]:
    """How many messages each source brought that were published on each local day from `since` to `until`; days without are absent."""
    counted = counted_between(session, since - MOMENT, until, zone)
    sources = sorted({Way(*names).source for names in list(counted.names[Side.WAY])})
    by_day = {source: Chosen(counted, {Side.WAY: Along(source=source, ours=True)}).by_day() for source in sources}
    return {source: days for source, days in by_day.items() if days}


def _of_residents(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> Chosen:
    """What residents wrote and was not deleted at its source."""
    return Chosen(counted_between(session, since, until, zone), {Side.WAY: Along(deleted=False)})


def _by_main(session: Session, since: datetime, until: datetime, name: Callable[[str], str]) -> dict[str, int]:
    about = _of_residents(session, since, until, settings().zone).by_names(Side.ABOUT)
    return each(about, lambda subs: {name(subs[0])} if subs else set())


def _source(names: Names) -> set[str]:
    return {Way(*names).source}
