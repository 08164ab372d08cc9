"""Read and taken up: what became of the digests of each audience in some days. Counted by audience, never by reader.

Reading is seen by links that lead to a site which Matomo counts (`links.campaign`), and by the buttons under a digest. Who reads without
opening a link or pressing a button is not seen, so the figures are lower bounds.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.feedback import opinion_counts, sent_counts
from models.measure import days_of, split_by_day
from models.reading import digests_gone, tickets_after_digests
from models.words import DigestKind, Opinion
from routing.readers.links import named_by
from routing.readers.subscribing import audience_names

SOURCE = "matomo"
VISITS = "campaign_visits"
SOON = timedelta(days=1)
"""What is done with a ticket within a day after a digest is set beside it. Whether it was because of it is not known."""
READ_WITHIN = timedelta(days=7)
"""A digest is seldom opened later."""
Named = tuple[DigestKind, str, date]


@dataclass(frozen=True)
class Visits:
    """Visits that came by the links of digests. `days`: on each day, None where Matomo was not asked; `by_digest`: of each digest."""

    days: Mapping[date, int | None]
    by_audience: Mapping[str, int]
    by_digest: Mapping[Named, int]

    @property
    def gaps(self) -> list[date]:
        return [day for day, visits in self.days.items() if visits is None]


@dataclass(frozen=True)
class Uptake:
    """What became of the digests of one audience. `opened` of the `measured` digests had a visit; the others went on days of which nothing
    is known. `tickets` were open when a digest went; `accepted` and `settled` of these within a day after.
    """

    audience: str
    name: str
    digests: int
    copies: int
    visits: int
    measured: int
    opened: int
    seen: int
    useful: int
    not_for_us: int
    taken: int
    tickets: int
    accepted: int
    settled: int


def uptake(session: Session, first: date, last: date, zone: ZoneInfo) -> tuple[list[Uptake], Visits]:
    """Of every audience there is now, between two days, both included; and the visits of all together."""
    since, until = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    counted = visits_between(session, first, last)
    gone = _gone(session, first, last, zone)
    told = _opened(gone, counted)
    sent, said = sent_counts(session, since, until), opinion_counts(session, since, until)
    after = tickets_after_digests(session, since, until, SOON)
    found = []
    for audience, name in audience_names(session).items():
        measured, opened = told.get(audience, (0, 0))
        tickets, accepted, settled = after.get(audience, (0, 0, 0))
        found.append(
            Uptake(
                audience,
                name,
                digests=sum(one[1] == audience for one in gone),
                copies=sent.get(audience, 0),
                visits=counted.by_audience.get(audience, 0),
                measured=measured,
                opened=opened,
                seen=said.get((audience, Opinion.SEEN), 0),
                useful=said.get((audience, Opinion.USEFUL), 0),
                not_for_us=said.get((audience, Opinion.NOT_FOR_US), 0),
                taken=said.get((audience, Opinion.TAKEN), 0),
                tickets=tickets,
                accepted=accepted,
                settled=settled,
            )
        )
    return found, counted


def opened_by_day(session: Session, first: date, last: date, zone: ZoneInfo) -> dict[date, tuple[int, int]]:
    """On each day between two, both included, that Matomo counted: how many digests went, and how many of these were opened."""
    visits = visits_between(session, first, last)
    told = {day: (0, 0) for day, count in visits.days.items() if count is not None}
    for digest in _gone(session, first, last, zone):
        if digest[2] in told:
            gone, opened = told[digest[2]]
            told[digest[2]] = gone + 1, opened + (visits.by_digest.get(digest, 0) > 0)
    return told


def visits_between(session: Session, first: date, last: date) -> Visits:
    """Visits that came by our campaigns between two days, both included; those of a digest also a week later."""
    known = days_of(session, SOURCE, first, last)
    days: dict[date, int | None] = {day: 0 if day in known else None for day in days_from(first, last)}
    by_audience: Counter[str] = Counter()
    by_digest: Counter[Named] = Counter()
    for day, campaign, visits in split_by_day(session, SOURCE, VISITS, first, last + READ_WITHIN):
        digest = named_by(campaign)
        if digest is None:
            continue
        by_digest[digest] += round(visits)
        if day <= last:
            days[day] = (days.get(day) or 0) + round(visits)
            by_audience[digest[1]] += round(visits)
    return Visits(days, by_audience, by_digest)


def days_from(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _gone(session: Session, first: date, last: date, zone: ZoneInfo) -> list[Named]:
    """The digests that went between two days, both included."""
    rows = digests_gone(session, midnight(first, zone), midnight(last + timedelta(days=1), zone))
    return [(row[1], row[0], row[2]) for row in rows]


def _opened(gone: Sequence[Named], counted: Visits) -> dict[str, tuple[int, int]]:
    """By audience: digests of days that Matomo counted, and those of them that had a visit."""
    told: dict[str, tuple[int, int]] = {}
    for digest in gone:
        if counted.days.get(digest[2]) is not None:
            measured, opened = told.get(digest[1], (0, 0))
            told[digest[1]] = measured + 1, opened + (counted.by_digest.get(digest, 0) > 0)
    return told
