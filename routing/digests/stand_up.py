"""The stand-up: what the newsroom reads standing at a quarter to nine. The page and the newsroom's digest both show this."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.message import by_source_between, questions_waiting, residents_between, themes_between
from models.settings import settings
from models.signal import Signal, counts_around, open_signals
from models.source import Source, troubled
from models.ticket import overdue, settled_since
from models.town import department_names
from routing.bursts.yardstick import usual_in_town
from routing.digests.item import Item, TicketState, items, ticket_state
from routing.rules.in_force import problem_of
from routing.signals.assess import names
from routing.signals.summary import DAY, counted

MOST = 5
"""Items: the rest stands behind one link."""
CONSIDERED = 40
OUTCOMES_FOR = timedelta(days=2)
WAITING_FOR = timedelta(days=14)
SILENCE_SPEAKS = 12
"""Messages in four of the same days of the week from which a day without any is no chance."""


@dataclass(frozen=True)
class Outcome:
    """What became of an earlier signal: `before` and `after` are messages a day before and since its ticket was settled."""

    ticket_id: int
    signal_id: int
    title: str
    department: str
    outcome: str
    settled_at: datetime
    before: float
    after: float


@dataclass(frozen=True)
class StillOpen:
    """What waits too long."""

    answers: int
    """Questions of residents that wait for an answer longer than a day."""
    overdue: tuple[TicketState, ...]
    """Tickets over their term."""


@dataclass(frozen=True)
class SilentSource:
    """A source that failed, or from which nothing came while it usually does; so that nobody takes a gap for peace."""

    id: str
    name: str
    problem: str
    mend: str


@dataclass(frozen=True)
class StandUp:
    """One moment's stand-up. `items` are at most five, weightiest first: the page numbers these. `urgent`, `rising` and `new` are the same
    items by sort, each in one of them; `more` says how many did not fit.
    """

    now: datetime
    since: datetime
    messages: int
    usual: float
    items: tuple[Item, ...]
    urgent: tuple[Item, ...]
    rising: tuple[Item, ...]
    new: tuple[Item, ...]
    outcomes: tuple[Outcome, ...]
    still_open: StillOpen
    quiet: tuple[str, ...]
    sources: tuple[SilentSource, ...]
    in_short: str
    more: int
    rules_problem: str | None


def stand_up(session: Session, now: datetime) -> StandUp:
    """What to tell at `now` of the 24 hours before it."""
    candidates = [signal for signal in open_signals(session) if signal.recent][:CONSIDERED]
    told = [item for item in items(session, candidates, now) if is_news(item)]
    shown = tuple(told[:MOST])
    messages = residents_between(session, now - DAY, now)
    usual = usual_in_town(session, now, settings().zone)
    urgent = tuple(item for item in shown if item.urgent)
    new = tuple(item for item in shown if item.new and not item.urgent)
    rising = tuple(item for item in shown if not item.new and not item.urgent)
    return StandUp(
        now=now,
        since=now - DAY,
        messages=messages,
        usual=usual,
        items=shown,
        urgent=urgent,
        rising=rising,
        new=new,
        outcomes=outcomes(session, now),
        still_open=still_open(session, now),
        quiet=quiet(session, now, {item.theme for item in shown}),
        sources=silent_sources(session, now),
        in_short=in_short(messages, usual, rising, new, urgent, now),
        more=len(told) - len(shown),
        rules_problem=problem_of(session, settings().config),
    )


def is_news(item: Item) -> bool:
    """Whether a signal is worth the newsroom's time: pressing, a burst, or clearly more than usual from several people."""
    clearly_more = item.messages >= 4 and item.people >= 3 and item.messages >= 3 * max(item.usual, 1.0)
    return item.urgent or item.burst or clearly_more


def in_short(messages: int, usual: float, rising: Sequence[Item], new: Sequence[Item], urgent: Sequence[Item], now: datetime) -> str:
    """The first line: "142 berichten sinds gisteren 08:45 (gewoonlijk 96). Eén piek, twee nieuwe onderwerpen, niets dringends."."""
    clock = now.astimezone(settings().zone).strftime("%H:%M")
    parts = [_number(len(rising), "stijging", "stijgingen", "geen stijgingen")]
    if new:
        parts.append(_number(len(new), "nieuw onderwerp", "nieuwe onderwerpen", ""))
    parts.append(_number(len(urgent), "dringend signaal", "dringende signalen", "niets dringends"))
    said = ", ".join(parts)
    return f"{counted(messages, 'bericht', 'berichten')} sinds gisteren {clock} (gewoonlijk {usual:.0f}). {capitalised(said)}."


def capitalised(sentence: str) -> str:
    """As a sentence begins in Dutch: "één" becomes "Eén"."""
    return "Eén" + sentence[3:] if sentence.startswith("één") else sentence[:1].upper() + sentence[1:]


NUMBERS = ("nul", "één", "twee", "drie", "vier", "vijf")


def _number(count: int, one: str, more: str, none: str) -> str:
    if count == 0:
        return none
    return f"{NUMBERS[count] if count < len(NUMBERS) else count} {one if count == 1 else more}"


def outcomes(session: Session, now: datetime) -> tuple[Outcome, ...]:
    """What became of tickets settled in the last two days."""
    called = department_names(session)
    told = []
    for ticket in settled_since(session, now - OUTCOMES_FOR, now):
        signal = session.get_one(Signal, ticket.signal_id)
        settled = ticket.settled_at or now
        begin = max(signal.first_at - timedelta(seconds=1), settled - timedelta(days=3))
        before, after = counts_around(session, signal.id, settled, begin, now)
        told.append(
            Outcome(
                ticket_id=ticket.id,
                signal_id=signal.id,
                title=signal.title,
                department=called[ticket.department_id],
                outcome=ticket.outcome or "",
                settled_at=settled,
                before=before / max(1.0, (settled - begin) / DAY),
                after=after / max(1.0, (now - settled) / DAY),
            )
        )
    return tuple(told)


def still_open(session: Session, now: datetime) -> StillOpen:
    """Answers that wait longer than a day (of the last two weeks), and tickets over their term."""
    called = department_names(session)
    late = tuple(ticket_state(ticket, called, now) for ticket in overdue(session, now))
    return StillOpen(questions_waiting(session, now - WAITING_FOR, now - DAY), late)


def quiet(session: Session, now: datetime, told: Set[str]) -> tuple[str, ...]:
    """Names of the themes in which nothing is the matter, those usually heard most first."""
    called = names(session)
    today = themes_between(session, now - DAY, now)
    weeks = themes_between(session, now - DAY - timedelta(weeks=4), now - DAY)
    usual = {theme: count / 28 for theme, count in weeks.items()}
    calm = [theme for theme in usual if theme not in told and today.get(theme, 0) <= 1.5 * usual[theme] + 1.5]
    return tuple(called[theme] for theme in sorted(calm, key=lambda theme: (-usual[theme], theme)) if theme in called)


def silent_sources(session: Session, now: datetime) -> tuple[SilentSource, ...]:
    """Sources whose last reading failed, and those from which nothing came on a day of the week on which they always bring something."""
    failed = {row.id: SilentSource(*row) for row in troubled(session)}
    today = by_source_between(session, now - DAY, now)
    before = [by_source_between(session, now - DAY - timedelta(weeks=w), now - timedelta(weeks=w)) for w in range(1, 5)]
    sources = {source.id: source.name for source in session.scalars(select(Source).where(Source.active))}
    for id, name in sources.items():
        counts = [week.get(id, 0) for week in before]
        if id not in failed and not today.get(id) and min(counts) > 0 and sum(counts) >= SILENCE_SPEAKS:
            usual = sum(counts) / len(counts)
            failed[id] = SilentSource(
                id, name, f"Geen berichten in 24 uur, gewoonlijk {usual:.0f}.", "Kijk op de pagina Bronnen of de levering nog loopt."
            )
    return tuple(failed[id] for id in sorted(failed))
