"""roster.yaml: who has duty when, in the shape of calendar events: a start, an end, and weekdays on which they come again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import WEEKLY, rrule
from pydantic import Field, NaiveDatetime, model_validator
from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, Written, parse_yaml
from models.gazetteer import Slug
from models.good_file import keep_good, last_good
from models.municipality import WEEKDAYS, Address, Weekday

FILE = "roster.yaml"
LONGEST = timedelta(days=8)


class Person(Written):
    """Somebody, or a telephone that goes from hand to hand. `channel` is a name in channels.yaml."""

    id: Slug
    name: str
    mail: Address | None = None
    channel: Slug | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Person":
        if self.mail is None and self.channel is None:
            raise ValueError("vul mail of channel in: anders bereikt een melding niemand")
        return self


class Duty(Written):
    """One duty, or with `days` one that comes again. Times are those of the clock on the wall."""

    who: Slug
    start: NaiveDatetime
    end: NaiveDatetime
    days: list[Weekday] = Field(default=[], description="op welke dagen hij elke week begint; leeg: alleen deze ene keer")
    every_weeks: Annotated[int, Field(ge=1, le=52)] = 1
    last: date | None = Field(default=None, description="laatste dag waarop hij begint")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Duty":
        if not self.start < self.end <= self.start + LONGEST:
            raise ValueError(f"een dienst eindigt na zijn begin, en duurt hoogstens {LONGEST.days} dagen")
        return self

    @property
    def repeats(self) -> bool:
        return bool(self.days)

    def begins(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Every start between two moments, all naive and local."""
        if not self.days:
            if since <= self.start <= until:
                yield self.start
            return
        weekdays = [WEEKDAYS.index(day) for day in self.days]
        last = datetime.combine(self.last, time.max) if self.last else None
        weekly = rrule(WEEKLY, interval=self.every_weeks, byweekday=weekdays, dtstart=self.start, until=last)
        yield from weekly.between(since, until, inc=True)


class Roster(Written):
    """roster.yaml"""

    cover: Literal["always", "outside_working_hours"] = Field(
        default="outside_working_hours", description="wanneer er dienst hoort te zijn"
    )
    people: list[Person]
    duties: list[Duty]

    @model_validator(mode="after")
    def _knows_its_people(self) -> "Roster":
        known = {person.id for person in self.people}
        if strange := {duty.who for duty in self.duties} - known:
            raise ValueError(f"{', '.join(sorted(strange))} staat niet onder people")
        return self


@dataclass(frozen=True)
class Shift:
    """One duty of one person, with moments that are aware. `once`: it takes the place of one that comes again."""

    person: Person
    start: datetime
    end: datetime
    once: bool


@dataclass(frozen=True)
class OnHand:
    """The roster to use; None where there is none. `problem` is what is wrong with the file, while its last good text is used."""

    roster: Roster | None
    problem: str | None = None


def roster_on_hand(session: Session, folder: Path, now: datetime) -> OnHand:
    """The roster of a municipality's folder, or, while it cannot be used, as it last could."""
    path = folder / FILE
    try:
        source = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return OnHand(None)
    except OSError as error:
        return OnHand(_earlier(session), f"{path}: kan niet gelezen worden ({error.strerror}). Zet het bestand terug.")
    try:
        roster = parse_roster(source, str(path))
    except ConfigurationError as error:
        return OnHand(_earlier(session), str(error))
    keep_good(session, FILE, source, now)
    return OnHand(roster)


@lru_cache(maxsize=4)
def parse_roster(source: str, name: str) -> Roster:
    """A roster from text.

    Raises:
        ConfigurationError: it cannot be used; every mistake with its line.
    """
    return parse_yaml(source, Roster, name)


def shifts(roster: Roster, since: datetime, until: datetime, zone: ZoneInfo) -> list[Shift]:
    """The duties that touch a span of time, by their start; one that comes once before one that comes again."""
    people = {person.id: person for person in roster.people}
    begin, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (since, until))
    found = [
        Shift(people[duty.who], start.replace(tzinfo=zone), (start + (duty.end - duty.start)).replace(tzinfo=zone), not duty.repeats)
        for duty in roster.duties
        for start in duty.begins(begin - (duty.end - duty.start) - timedelta(hours=1), end)
    ]
    touching = [shift for shift in found if shift.end > since and shift.start < until]
    return sorted(touching, key=lambda shift: (shift.start.timestamp(), not shift.once))


def on_duty(roster: Roster, now: datetime, zone: ZoneInfo) -> Person | None:
    """Who has duty now; where a single duty and one that comes again overlap, the single one holds."""
    present: Sequence[Shift] = shifts(roster, now, now + timedelta(microseconds=1), zone)
    first = min(present, key=lambda shift: not shift.once, default=None)
    return first.person if first is not None else None


def _earlier(session: Session) -> Roster | None:
    kept = last_good(session, FILE)
    try:
        return parse_roster(kept, FILE) if kept is not None else None
    except ConfigurationError:
        return None
