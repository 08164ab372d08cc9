"""How each source is doing, as the page "Bronnen" and `luisterpost source status` tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ingest.exports.mappings import names_waiting
from models.heard import heard_by_day
from models.source import Source, SourceRun, source_states

DAYS = 28
WEEKS = 4
SPEAKS = 12
"""Messages that the silent days of a source usually bring, from which their absence is no chance."""


@dataclass(frozen=True)
class Condition:
    """One source: its last reading, how much it brings, and what is the matter. `counts` has a number for each of the last 28 local days.

    `waits_until`: it is left alone till then. `out_of_order_since`: it failed so often that it is only probed. `silent_days`: so many
    days it has brought nothing though it usually does; 0 where that is not so. `exports`: files whose columns a person must confirm.
    """

    source: Source
    last: SourceRun | None
    days: tuple[date, ...]
    counts: tuple[int, ...]
    rejected: int
    waits_until: datetime | None
    out_of_order_since: datetime | None
    silent_days: int
    exports: tuple[str, ...]

    @property
    def usual(self) -> float:
        """Messages a day."""
        return sum(self.counts) / len(self.counts)

    @property
    def in_week(self) -> int:
        return sum(self.counts[-7:])


def conditions(session: Session, now: datetime, zone: ZoneInfo) -> list[Condition]:
    """Every source in use, those whose last reading failed first."""
    today = now.astimezone(zone).date()
    days = tuple(today - timedelta(days=back) for back in reversed(range(DAYS)))
    begin = datetime.combine(days[0] - timedelta(weeks=1), time(), zone)
    heard = heard_by_day(session, begin, now, zone)
    return [
        Condition(
            source=state.source,
            last=state.last,
            days=days,
            counts=tuple(heard.get(state.source.id, {}).get(day, 0) for day in days),
            rejected=state.rejected,
            waits_until=next_read if (next_read := state.source.next_read_at) and next_read > now else None,
            out_of_order_since=state.source.open_since,
            silent_days=silent_days(heard.get(state.source.id, {}), today),
            exports=tuple(names_waiting(state.source)),
        )
        for state in source_states(session, now)
    ]


def silent_days(heard: Mapping[date, int], today: date) -> int:
    """How many days, today included, a source has brought nothing; 0 where its silence may be chance.

    A day is compared with the same day of the weeks before the silence: a contact centre is closed on Sundays.
    """
    days = [day for day, count in heard.items() if count and day <= today]
    if not days or (silent := (today - max(days)).days) < 2:
        return 0
    last = max(days)
    whole = [last + timedelta(days=n) for n in range(1, silent)]
    expected = sum(_usual_on(heard, day, last) for day in whole)
    return silent if expected >= SPEAKS else 0


def _usual_on(heard: Mapping[date, int], day: date, last: date) -> float:
    """The average of the same weekday in the four weeks up to `last`."""
    same = last - timedelta(days=(last.weekday() - day.weekday()) % 7)
    return sum(heard.get(same - timedelta(weeks=back), 0) for back in range(WEEKS)) / WEEKS
