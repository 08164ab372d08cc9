"""The story of one signal as its page and its ticket tell it: curve, places, channels, words, decision, and what came before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.annotation import Annotation, annotations_of, spans_of
from models.message import Message
from models.rule import Routing, decisions_about
from models.signal import Burst, Signal, bursts_of, curves_of, earlier_like, media_counts, messages_of, place_counts
from models.ticket import Ticket, tickets_about
from models.words import Channel

DAYS = 21
"""How many days a signal's curve shows."""
FIRST_VOICES = 8
ALL_VOICES = 500
PLACES = 8
EARLIER = 4


@dataclass(frozen=True)
class Part:
    """A piece of a text; `marked` where it names a place."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Voice:
    """One message as it is shown. `annotation` is None until it is understood."""

    message: Message
    annotation: Annotation | None
    said: tuple[Part, ...]


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
    voices: tuple[Voice, ...]
    media: tuple[Counted, ...]
    places: tuple[Counted, ...]
    bursts: tuple[Burst, ...]
    earlier: tuple[Earlier, ...]

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


def tell(session: Session, signal: Signal, now: datetime, zone: ZoneInfo, every_voice: bool = False) -> Story:
    """The story of a signal as of `now`; `every_voice` brings all its messages instead of the newest."""
    days = window(signal.last_at.astimezone(zone).date(), now.astimezone(zone).date())
    earlier = earlier_like(session, signal, EARLIER)
    tickets = tickets_about(session, [one.id for one in earlier])
    return Story(
        signal=signal,
        days=days,
        counts=tuple(curves_of(session, [signal.id], days, zone)[signal.id]),
        decisions=tuple(decisions_about(session, signal.id)),
        voices=voices(session, messages_of(session, signal.id, ALL_VOICES if every_voice else FIRST_VOICES)),
        media=tuple(Counted(medium or _unnamed(channel), None, count) for medium, channel, count in media_counts(session, signal.id)),
        places=tuple(Counted(name, area, count) for name, area, count in place_counts(session, signal.id, PLACES)),
        bursts=tuple(bursts_of(session, [signal.id])),
        earlier=tuple(Earlier(one, tickets.get(one.id)) for one in earlier),
    )


def voices(session: Session, messages: Sequence[Message]) -> tuple[Voice, ...]:
    """Messages with what the classifier says of each, and with the places in them marked."""
    numbers = [message.id for message in messages]
    annotations, spans = annotations_of(session, numbers), spans_of(session, numbers)
    return tuple(Voice(m, annotations.get(m.id), marked(m.text, spans.get(m.id, []))) for m in messages)


def marked(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Part, ...]:
    """The text cut into parts, those within a span marked; the parts together are the text again."""
    parts: list[Part] = []
    at = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            parts.append(Part(text[at:start], marked=False))
        parts.append(Part(text[start:end], marked=True))
        at = end
    if at < len(text):
        parts.append(Part(text[at:], marked=False))
    return tuple(parts)


def window(last_heard: date, today: date, days: int = DAYS) -> tuple[date, ...]:
    """The local days of a curve: up to today, or a few days past the last message of a signal that has gone quiet."""
    last = min(today, last_heard + timedelta(days=4))
    return tuple(last - timedelta(days=back) for back in range(days - 1, -1, -1))


def _unnamed(channel: Channel) -> str:
    return channel.value
