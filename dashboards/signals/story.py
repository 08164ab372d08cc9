"""The story of one signal as its page and its ticket tell it: curve, places, channels, words, decision, and what came before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dashboards.words.explanation import Explained, Recognised, explained, recognised
from models.burst import Burst, bursts_of
from models.rule import Routing, decisions_about
from models.sight import Reader, hidden_in, readable
from models.signal import Signal, SignalEvent, curves_of, earlier_like, events_of, media_counts, messages_of, place_counts
from models.ticket import Ticket, tickets_about
from models.words import Channel
from routing.signals.voices import told_best

DAYS = 21
"""How many days a signal's curve shows."""
FIRST_VOICES = 8
ALL_VOICES = 500
PLACES = 8
EARLIER = 4


@dataclass(frozen=True)
class Counted:
    """A place or a medium, and how many messages name it or came by it."""

    name: str
    area: str | None
    messages: int


@dataclass(frozen=True)
class Earlier:
    """An earlier signal of the same kind, and what was done then."""

    signal: Signal
    ticket: Ticket | None


@dataclass(frozen=True)
class Story:
    """Everything that is told of one signal."""

    signal: Signal
    days: tuple[date, ...]
    counts: tuple[int, ...]
    decisions: tuple[Routing, ...]
    voices: tuple[Explained, ...]
    hidden: int
    """Messages that this reader may not read (models.sight)."""
    recognised: Recognised | None
    media: tuple[Counted, ...]
    places: tuple[Counted, ...]
    bursts: tuple[Burst, ...]
    earlier: tuple[Earlier, ...]
    history: tuple[SignalEvent, ...]
    """Newest first."""
    quotes: tuple[str, ...]
    """The most telling words that may be quoted to anybody, masked."""

    @property
    def peaks(self) -> set[int]:
        """Positions in `days` on which it was a burst."""
        burst = {burst.day for burst in self.bursts}
        return {index for index, day in enumerate(self.days) if day in burst}

    @property
    def by_day(self) -> list[tuple[date, int]]:
        """Newest first, from the first day with a message on."""
        told = list(zip(self.days, self.counts, strict=True))
        while told and told[0][1] == 0:
            told.pop(0)
        return told[::-1]


def tell(session: Session, signal: Signal, now: datetime, zone: ZoneInfo, reader: Reader, every_voice: bool = False) -> Story:
    """The story of a signal as of `now`, for `reader`; `every_voice` brings all its messages instead of the newest."""
    days = window(signal.last_at.astimezone(zone).date(), now.astimezone(zone).date())
    earlier = earlier_like(session, signal, EARLIER)
    tickets = tickets_about(session, [one.id for one in earlier])
    return Story(
        signal=signal,
        days=days,
        counts=tuple(curves_of(session, [signal.id], days, zone)[signal.id]),
        decisions=tuple(decisions_about(session, signal.id)),
        voices=explained(session, messages_of(session, signal.id, readable(reader), ALL_VOICES if every_voice else FIRST_VOICES)),
        hidden=hidden_in(session, signal.id, reader),
        recognised=recognised(session, [signal.id], signal.first_at - timedelta(seconds=1)).get(signal.id),
        media=tuple(Counted(medium or _unnamed(channel), None, count) for medium, channel, count in media_counts(session, signal.id)),
        places=tuple(Counted(name, area, count) for name, area, count in place_counts(session, signal.id, PLACES)),
        bursts=tuple(bursts_of(session, [signal.id])),
        earlier=tuple(Earlier(one, tickets.get(one.id)) for one in earlier),
        history=tuple(events_of(session, signal.id)),
        quotes=told_best(session, signal.id),
    )


def window(last_heard: date, today: date, days: int = DAYS) -> tuple[date, ...]:
    """The local days of a curve: up to today, or a few days past the last message of a signal that has gone quiet."""
    last = min(today, last_heard + timedelta(days=4))
    return tuple(last - timedelta(days=back) for back in range(days - 1, -1, -1))


def _unnamed(channel: Channel) -> str:
    return channel.value
