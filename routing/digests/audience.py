"""Who reads a digest of which kind, on which days and at what hour, and which of them are due."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.digest import EXECUTIVE, NEWSROOM
from models.municipality import WEEKDAYS, About
from models.settings import settings
from models.town import departments
from models.words import DigestKind

BEFORE_STAND_UP = timedelta(minutes=15)
MONDAY = 0
LATE_WEEKLY = timedelta(days=2)
"""How long after its hour a weekly report still makes sense, where the machine was off on Monday."""
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class Audience:
    """Who reads a digest: a department, the newsroom or the executive. `at` is the hour of the day on the municipality's clocks, `days`
    are weekdays (Monday is 0), `edit_minutes` how long before its hour it is built, so that somebody can edit it.
    """

    id: str
    name: str
    at: time
    email: str | None
    kind: DigestKind = DigestKind.DAILY
    days: frozenset[int] = EVERY_DAY
    edit_minutes: int = 0


@dataclass(frozen=True)
class Due:
    """A digest whose moment to be built has come: the day it is of, and when it goes to its readers."""

    audience: Audience
    day: date
    goes_at: datetime


def audiences(session: Session) -> list[Audience]:
    """Everyone who gets a digest, by kind: the newsroom, the executive and the departments in use."""
    about = _about()
    if about is None:
        early, days, minutes = time(8, 30), EVERY_DAY, 0
        ours = [Audience(NEWSROOM, "Redactie", early, None)]
    else:
        early = (datetime.combine(date.min + timedelta(days=1), about.stand_up_at) - BEFORE_STAND_UP).time()
        days, minutes = frozenset(WEEKDAYS.index(day) for day in about.digest_days), about.edit_minutes
        ours = [
            Audience(NEWSROOM, "Redactie", early, about.newsroom_email, DigestKind.DAILY, days, minutes),
            Audience(NEWSROOM, "Redactie", about.weekly_at, about.newsroom_email, DigestKind.WEEKLY, frozenset({MONDAY}), minutes),
            Audience(EXECUTIVE, "Bestuur", about.executive_at, about.executive_email, DigestKind.EXECUTIVE, days),
        ]
    wants_weekly = frozenset(about.weekly_to) if about else frozenset()
    for one in departments(session):
        ours.append(Audience(one.id, one.name, one.digest_at, one.email, DigestKind.DAILY, days, one.edit_minutes))
        if about and one.id in wants_weekly:
            ours.append(Audience(one.id, one.name, about.weekly_at, one.email, DigestKind.WEEKLY, frozenset({MONDAY}), minutes))
    return ours


def due_at(audience: Audience, now: datetime, zone: ZoneInfo, last: date | None, ready: bool = True, everyone: bool = False) -> Due | None:
    """The digest of this audience that is to be built now, if any.

    `last` is the day of its newest digest of this kind: an audience has one a day, and none of a day before that, also when a clock is put
    back. An audience that never had one gets its first daily digest as soon as there is something to tell (`ready`), at whatever hour.
    Whatever its hour is on the clocks of that day, summer time included: the moment counts.
    """
    ahead = now + timedelta(minutes=audience.edit_minutes)
    day = ahead.astimezone(zone).date()
    if audience.kind is DigestKind.WEEKLY:
        day -= timedelta(days=day.weekday())
    goes_at = datetime.combine(day, audience.at, zone).astimezone(now.tzinfo)
    if last is not None and day <= last:
        return None
    if audience.kind is DigestKind.WEEKLY:
        return Due(audience, day, max(now, goes_at)) if ready and goes_at <= ahead < goes_at + LATE_WEEKLY else None
    if everyone:
        return Due(audience, day, now)
    if last is None:
        return Due(audience, now.astimezone(zone).date(), now) if ready else None
    return Due(audience, day, max(now, goes_at)) if day.weekday() in audience.days and goes_at <= ahead else None


def all_due(
    audiences: Sequence[Audience], now: datetime, zone: ZoneInfo, last: Mapping[tuple[str, DigestKind], date], ready: bool, everyone: bool
) -> Iterator[Due]:
    """The digests that are to be built now."""
    for audience in audiences:
        due = due_at(audience, now, zone, last.get((audience.id, audience.kind)), ready, everyone)
        if due is not None:
            yield due


def _about() -> About | None:
    try:
        return read_yaml(settings().config / "municipality.yaml", About)
    except ConfigurationError as error:
        logging.getLogger(__name__).warning(
            "municipality.yaml cannot be used, digests of departments only, the newsroom's goes to the mail page: %s", error
        )
        return None
