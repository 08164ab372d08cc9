"""A stretch of one signal, judged; and in Dutch what it was compared with."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date

from models.language import _, spoken
from models.words import BurstKind


@dataclass(frozen=True)
class Rise:
    """`observed` voices in the `hours` up to `until` (local), where `expected` messages are usual; the chance of so many, the `wave` of
    the rest of the town reckoned with; and whether that is a burst or something new. `day` is the day it counts for.
    """

    day: date
    observed: int
    expected: float
    p_value: float
    burst: bool
    new: bool
    until: datetime
    hours: int = 24
    wave: float = 1.0
    everywhere: bool = False
    """Counted over the whole town, and told of its largest signal."""

    @property
    def kind(self) -> BurstKind:
        return BurstKind.NEW if self.new else BurstKind.RISE

    @property
    def compared(self) -> str:
        """A Dutch half sentence: `gewoonlijk 5 op donderdag`, `gewoonlijk 5 op donderdag van 8 tot 14 uur`."""
        usual = _("gewoonlijk %(count)s %(when)s", count=figure(self.expected), when=stretch(self.until, self.hours))
        return _("in de hele gemeente %(usual)s", usual=usual) if self.everywhere else usual


def figure(expected: float) -> str:
    """How many are usual, for people: a fraction of a message says nothing."""
    return _("bijna geen") if expected < 0.5 else f"{expected:.0f}"


def stretch(until: datetime, hours: int) -> str:
    """When, in Dutch, to the hour: `op donderdag`, `in de 24 uur tot donderdag 14 uur`, `op donderdag van 12 tot 14 uur`."""
    end = until + timedelta(minutes=30)
    begin = end - timedelta(hours=hours)
    if hours == 24:
        return (
            _("op %(day)s", day=_name(begin))
            if end.hour == 0
            else _("in de 24 uur tot %(day)s %(hour)s uur", day=_name(end), hour=end.hour)
        )
    if begin.date() == end.date():
        return _("op %(day)s van %(hour)s tot %(until)s uur", day=_name(end), hour=begin.hour, until=end.hour)
    return _("van %(day)s %(hour)s tot %(last_day)s %(until)s uur", day=_name(begin), hour=begin.hour, last_day=_name(end), until=end.hour)


def _name(moment: datetime) -> str:
    return format_date(moment, "EEEE", locale=spoken().locale)
