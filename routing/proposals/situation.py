"""What a proposal depends on: a signal in readable measures of volume, spread, complexity, sensitivity and who comes back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, pstdev

from sqlalchemy.orm import Session

from models.choice import took_part_before, turns_in
from models.signal import Signal
from models.words import Action, Kind
from routing.signals.summary import Heard, Summary

OUTSIDE = frozenset(
    "afval verkeersveiligheid parkeren wegen-en-stoepen groen water-en-riolering openbare-verlichting overlast dieren "
    "openbaar-vervoer-en-fiets".split()
)
"""Themes about something one can go and look at."""
SENSITIVE = frozenset("veiligheid zorg-en-ondersteuning werk-en-inkomen wonen-en-bouwen bestuur-en-participatie verkeersveiligheid".split())
"""Themes that touch people's safety, income, home or trust."""
TOLD_IN_PRIVATE = 0.3
"""Share of messages that were written to the municipality alone, or tell of somebody's health, from which a signal is sensitive."""
KIND_SHARE = 0.15
REMEMBERED = timedelta(days=365)
WEEK = timedelta(weeks=1)
HANDFUL = 5
LASTING_WEEKS = 3
"""What a slow burn counts for at least: it may have come as several short signals."""


@dataclass(frozen=True)
class Situation:
    """One signal as the criteria see it. Shares are 0 to 1, tones -1 to 1; `words` is the length of the middle message."""

    theme: str
    department: str
    areas: tuple[str, ...]
    action: Action
    kind: Kind
    campaign: bool
    people: int
    unanswered: int
    question_share: float = 0.0
    opinion_share: float = 0.0
    channels: int = 1
    weeks: int = 0
    kinds: int = 1
    words: float = 0.0
    turns: float = 1.0
    tone: float = 0.0
    divided: float = 0.0
    sensitive: bool = False
    returning: int = 0

    @property
    def outside(self) -> bool:
        return self.theme in OUTSIDE


@dataclass(frozen=True)
class Known:
    """What the tables tell of several signals at once, by signal."""

    returning: Mapping[int, int]
    turns: Mapping[int, float]


def known_of(session: Session, signals: Sequence[Signal], now: datetime, weeks: int = 0) -> Known:
    """Read what `situation_of` needs beside the messages; of signals of a handful of people it makes no difference. Who wrote before is
    asked only of signals that have lasted so many `weeks`: for each of their people it looks back a year."""
    numbers = [signal.id for signal in signals if signal.people >= HANDFUL]
    lasted = [signal.id for signal in signals if signal.people >= HANDFUL and weeks_of(signal) >= weeks]
    return Known(took_part_before(session, lasted, now - REMEMBERED), turns_in(session, numbers))


def weeks_of(signal: Signal) -> int:
    """How many whole weeks it lasts."""
    return max((signal.last_at - signal.first_at) // WEEK, LASTING_WEEKS if signal.lasting else 0)


def situation_of(
    signal: Signal,
    heard: Sequence[Heard],
    summary: Summary,
    known: Known,
    hidden: int,
    department: str,
    areas: tuple[str, ...],
    action: Action,
    waiting: int,
) -> Situation:
    """The measures of a signal. `hidden` of its messages are private or about somebody's health; `waiting` lately want an answer."""
    total = len(heard)
    kinds = Counter(message.kind for message in heard)
    return Situation(
        theme=signal.theme,
        department=department,
        areas=areas,
        action=action,
        kind=summary.kind,
        campaign=summary.campaign,
        people=summary.people,
        unanswered=waiting,
        question_share=kinds[Kind.QUESTION] / total,
        opinion_share=(kinds[Kind.OPINION] + kinds[Kind.IDEA]) / total,
        channels=len(summary.channels),
        weeks=weeks_of(signal),
        kinds=sum(count >= KIND_SHARE * total for count in kinds.values()),
        words=median(message.text.count(" ") + 1 for message in heard),
        turns=known.turns.get(signal.id, 1.0),
        tone=sum(message.tone for message in heard) / total,
        divided=pstdev([message.tone for message in heard]),
        sensitive=signal.theme in SENSITIVE or hidden >= TOLD_IN_PRIVATE * total,
        returning=known.returning.get(signal.id, 0),
    )
