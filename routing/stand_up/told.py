"""The stand-up: what the newsroom reads standing at a quarter to nine. The page and the newsroom's digest both show this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.language import _, msgid, one_or_more, translated
from models.message import residents_between
from models.settings import settings
from models.signal import heard_lately
from routing.bursts.yardstick import usual_in_town
from routing.digests.item import Item, items
from routing.proposals.criteria import problem_of_criteria
from routing.proposals.earlier import LastTime, last_time
from routing.rules.in_force import problem_of
from routing.signals.summary import DAY, counted
from routing.stand_up.became import Followed, Outcome, followed, outcomes
from routing.stand_up.quiet import SilentSource, quiet, silent_sources
from routing.stand_up.waiting import StillOpen, still_open

MOST = 5
"""Items: the rest stands behind one link."""
CONSIDERED = 40


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
    last_time: Mapping[int, LastTime]
    """What came of it the last time, by signal."""
    followed: tuple[Followed, ...]
    """The items of the stand-up before, and what became of each."""
    outcomes: tuple[Outcome, ...]
    """Tickets settled lately that are not among those."""
    still_open: StillOpen
    quiet: tuple[str, ...]
    sources: tuple[SilentSource, ...]
    in_short: str
    more: int
    rules_problem: str | None


def stand_up(session: Session, now: datetime) -> StandUp:
    """What to tell at `now` of the 24 hours before it."""
    candidates = heard_lately(session, CONSIDERED)
    told = [item for item in items(session, candidates, now) if is_news(item)]
    shown = tuple(told[:MOST])
    signals = {signal.id: signal for signal in candidates}
    before = followed(session, now)
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
        last_time=last_time(session, [signals[item.signal_id] for item in shown], now),
        followed=before,
        outcomes=tuple(one for one in outcomes(session, now) if one.signal_id not in {item.signal_id for item in before}),
        still_open=still_open(session, now),
        quiet=quiet(session, now, {item.theme for item in shown}),
        sources=silent_sources(session, now),
        in_short=in_short(messages, usual, rising, new, urgent, now),
        more=len(told) - len(shown),
        rules_problem=problem_of(session, settings().config) or problem_of_criteria(settings().config),
    )


def is_news(item: Item) -> bool:
    """Whether a signal is worth the newsroom's time: pressing, a burst, or clearly more than usual from several people."""
    clearly_more = item.messages >= 4 and item.people >= 3 and item.messages >= 3 * max(item.usual, 1.0)
    return item.urgent or item.burst or clearly_more


def in_short(
    messages: int, usual: float, rising: Sequence[Item], new: Sequence[Item], urgent: Sequence[Item], now: datetime, since: str = ""
) -> str:
    """The first line: "142 berichten sinds gisteren 08:45 (gewoonlijk 96). Eén piek, twee nieuwe onderwerpen, niets dringends."."""
    since = since or _("sinds gisteren %(time)s", time=f"{now.astimezone(settings().zone):%H:%M}")
    parts = [_number(len(rising), "stijging", "stijgingen", _("geen stijgingen"))]
    if new:
        parts.append(_number(len(new), "nieuw onderwerp", "nieuwe onderwerpen", ""))
    parts.append(_number(len(urgent), "dringend signaal", "dringende signalen", _("niets dringends")))
    said = ", ".join(parts)
    count = counted(messages, "bericht", "berichten")
    return _("%(count)s %(since)s (gewoonlijk %(usual)s).", count=count, since=since, usual=f"{usual:.0f}") + f" {capitalised(said)}."


def capitalised(sentence: str) -> str:
    """As a sentence begins in Dutch: "één" becomes "Eén"."""
    return "Eén" + sentence[3:] if sentence.startswith("één") else sentence[:1].upper() + sentence[1:]


NUMBERS = (msgid("nul"), msgid("één"), msgid("twee"), msgid("drie"), msgid("vier"), msgid("vijf"))


def _number(count: int, one: str, more: str, none: str) -> str:
    if count == 0:
        return none
    return f"{translated(NUMBERS[count]) if count < len(NUMBERS) else count} {one_or_more(one, more, count)}"
