"""One digest to be made: for whom, of which day, since when, and what they know already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_datetime

from models.settings import settings
from models.words import DigestKind
from routing.digests.audience import Audience
from routing.digests.changes import Memory
from routing.signals.summary import DAY


@dataclass(frozen=True)
class Edition:
    """`since` is when this audience's last digest of the kind was built; `factors` is what they like (routing.readers.ranking)."""

    audience: Audience
    day: date
    now: datetime
    since: datetime
    memory: Memory
    factors: Mapping[str, float]

    @property
    def base(self) -> str:
        """What links begin with."""
        return settings().public_url.rstrip("/")

    @property
    def heading(self) -> str:
        """What kind of letter this is, for whom and of when."""
        name, day = self.audience.name, format_date(self.day, "EEEE d MMMM", locale="nl")
        match self.audience.kind:
            case DigestKind.WEEKLY:
                return f"Omgevingsbericht van week {(self.day - DAY).isocalendar().week} voor {name}"
            case DigestKind.EXECUTIVE:
                return f"Wat inwoners bezighoudt, {day}"
            case DigestKind.CRISIS:
                return f"Crisisbericht voor {name}, {format_datetime(self.now.astimezone(settings().zone), 'd MMMM H:mm', locale='nl')}"
            case DigestKind.DAILY:
                return f"Luisterpost voor {name}, {day}"

    @property
    def since_words(self) -> str:
        """From when on it tells, as it stands after a number of messages."""
        zone = settings().zone
        begin, today = self.since.astimezone(zone), self.now.astimezone(zone).date()
        days = (today - begin.date()).days
        if days == 0:
            return f"sinds {begin:%H:%M}"
        if days == 1:
            return f"sinds gisteren {begin:%H:%M}"
        if days < 7:
            return f"sinds {format_datetime(begin, 'EEEE', locale='nl')} {begin:%H:%M}"
        return f"sinds {format_date(begin.date(), 'd MMMM', locale='nl')}"
