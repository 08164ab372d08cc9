"""What all digests of one run are made from, read once: signals that came or wait, whose they are, what was settled, who was silent."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.burst import bursts_of
from models.rule import Routing, further_for, in_force_for
from models.signal import Signal, arrivals, open_signals
from models.ticket import Ticket, quiet_but_open, settled_since, tickets_about
from models.words import CLOSED, Action, BurstKind
from routing.answers.effect import Change, Effect, Verdict, effects
from routing.digests.item import Item, Stories, stories
from routing.signals.summary import DAY
from routing.stand_up.quiet import SilentSource, silent_sources

LONGEST = timedelta(days=14)
"""An audience that read nothing for longer is told of this time only."""
SETTLED_FOR = timedelta(days=7)
"""How long after it was settled a ticket is told of: at once, and when its effect can be seen."""
WORTH_A_LOOK = 4
"""Messages from which a signal may be news; of smaller ones only their number is told."""
HIDDEN = (Action.WATCH, Action.IGNORE)


@dataclass(frozen=True)
class Done:
    """A settled ticket, what was done, and whether it helped."""

    ticket_id: int
    signal_id: int
    department_id: str
    title: str
    outcome: str
    settled_at: datetime
    effect: Effect

    @property
    def seen(self) -> bool:
        """Whether enough time has passed to say something of its effect."""
        return self.effect.verdict is not Verdict.TOO_EARLY


@dataclass(frozen=True)
class Gathered:
    """One moment, as every audience's digest sees it. `signals` are open, or have an open ticket; `owners` says whose
    each is: one that nobody is shown has none.
    """

    now: datetime
    signals: Sequence[Signal]
    owners: Mapping[int, str]
    also: Mapping[int, frozenset[str]]
    """Departments into whose digest a further rule brings a signal that is another's."""
    came: Mapping[int, Sequence[datetime]]
    """When the messages of each open signal came, oldest first."""
    stories: Stories
    done: Sequence[Done]
    silent: Sequence[SilentSource]

    def of(self, department_id: str) -> list[Signal]:
        """A department's open signals and those it reads of beside their owner, weightiest first."""
        return [
            signal
            for signal in self.signals
            if self.owners.get(signal.id) == department_id or department_id in self.also.get(signal.id, frozenset())
        ]

    def messages(self, signal_id: int, since: datetime) -> int:
        """How many messages of a signal came after a moment."""
        moments = self.came.get(signal_id, ())
        return len(moments) - bisect_right(moments, since)

    def items(self, signals: Iterable[Signal], since: datetime) -> list[Item]:
        """Those of these signals that may be worth telling, told by what came after a moment."""
        return self.stories.items([signal.id for signal in signals], since)

    def ordinary(self, signals: Iterable[Signal], since: datetime) -> list[tuple[str, int]]:
        """Names of the sub-themes of these signals with their messages after a moment, most first."""
        counts: Counter[str] = Counter()
        for signal in signals:
            if messages := self.messages(signal.id, since):
                counts[self.stories.names.get(signal.sub, signal.sub)] += messages
        return counts.most_common()


def gather(session: Session, now: datetime, since: datetime) -> Gathered:
    """Read what digests need that tell of the time after `since`, or of less."""
    begin = max(since, now - LONGEST)
    signals = [*open_signals(session), *quiet_but_open(session)]
    numbers = [signal.id for signal in signals]
    came: dict[int, list[datetime]] = defaultdict(list)
    for signal_id, moment in arrivals(session, begin, now):
        came[signal_id].append(moment)
    routed = in_force_for(session, numbers)
    tickets = tickets_about(session, numbers)
    owners = {id: routing.department_id for id, routing in routed.items() if routing.action not in HIDDEN}
    owners |= {id: ticket.department_id for id, ticket in tickets.items()}
    rising = {burst.signal_id for burst in bursts_of(session, numbers) if burst.detected_at > begin - DAY or burst.kind is BurstKind.SLOW}

    def may_be_told(signal: Signal) -> bool:
        ticket, routing = tickets.get(signal.id), routed.get(signal.id)
        waits = ticket is not None and ticket.status not in CLOSED
        danger = routing is not None and routing.action is Action.ALERT
        return waits or danger or signal.id in rising or len(came.get(signal.id, ())) >= WORTH_A_LOOK

    return Gathered(
        now=now,
        signals=signals,
        owners=owners,
        also=_also(session, routed),
        came=came,
        stories=stories(session, [signal for signal in signals if may_be_told(signal)], now),
        done=_done(session, now),
        silent=silent_sources(session, now),
    )


def _also(session: Session, routed: Mapping[int, Routing]) -> dict[int, frozenset[str]]:
    further = further_for(session, [routing.id for routing in routed.values()])
    return {
        signal_id: frozenset(row.department_id for row in further[routing.id] if row.action is Action.DIGEST)
        for signal_id, routing in routed.items()
    }


def _done(session: Session, now: datetime) -> list[Done]:
    settled: Sequence[Ticket] = settled_since(session, now - SETTLED_FOR, now)
    moments = [(ticket, ticket.settled_at or now) for ticket in settled]
    told = effects(session, [Change(ticket.signal_id, at) for ticket, at in moments], now)
    titles = {ticket.signal_id: session.get_one(Signal, ticket.signal_id).title for ticket in settled}
    return [
        Done(
            ticket_id=ticket.id,
            signal_id=ticket.signal_id,
            department_id=ticket.department_id,
            title=titles[ticket.signal_id],
            outcome=ticket.outcome or "",
            settled_at=at,
            effect=effect,
        )
        for (ticket, at), effect in zip(moments, told, strict=True)
    ]
