"""What rules would have seen of a signal at an earlier moment, as far as the tables still know."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.burst import bursts_of
from models.rule import Routing
from models.settings import settings
from models.signal import Signal, area_counts
from routing.rules.conditions import Words
from routing.rules.facts import Facts
from routing.rules.known import Story, facts_of
from routing.rules.wording import counted
from routing.signals.assess import heard_by_signal
from routing.signals.summary import Heard, summarise

DAY = timedelta(hours=24)


class Past:
    """Looks back for one set of rules; `asked` are the words that they look for."""

    def __init__(self, session: Session, asked: Sequence[Words]) -> None:
        self._session = session
        self._asked = asked

    def completed(self, facts: Facts, routing: Routing) -> Facts:
        """Facts that were kept, with the words that nobody looked for at the time."""
        missing = [words for words in self._asked if words.key not in facts.words]
        if not missing:
            return facts
        heard = self._heard(routing.signal_id, routing.decided_at)
        return replace(facts, words={**facts.words, **counted(missing, (message.text for message in heard))})

    def recomputed(self, signal: Signal, routing: Routing) -> Iterator[Facts]:
        """Facts of a decision of which none were kept, from the messages that are still there; nothing where none are.

        Whether it rose is what was found at the time; what is usual, as it is now; where it is, as it is now.
        """
        heard = self._heard(signal.id, routing.decided_at)
        if not heard:
            return
        now = routing.decided_at
        rising = any(burst.detected_at <= now and burst.day >= (now - DAY).date() for burst in bursts_of(self._session, [signal.id]))
        areas = tuple(area for _, area, _ in area_counts(self._session, [signal.id]) if area is not None and area in signal.areas)
        story = Story(signal, summarise(heard, now), heard, areas, rising, signal.usual)
        yield facts_of(self._session, [story], self._asked, now, settings().zone)[signal.id]

    def _heard(self, signal_id: int, until: datetime) -> list[Heard]:
        return [message for message in heard_by_signal(self._session, [signal_id])[signal_id] if message.at <= until]
