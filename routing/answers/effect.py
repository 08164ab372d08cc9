"""Whether it helped: how many people a day wrote of the same before and since something was done.

Counted are voices (one person once a day, copies of one text once) about the same sub-theme in the same neighbourhoods, since it rose and
at most a week back, in whole days of 24 hours on both sides of the moment, so that a night weighs as much before as after; each day counts
for what its weekday usually brings (a public holiday is a Sunday).
The comparison is the conditional test of two Poisson rates (Przyborowski and Wilenski 1940): given all voices together, those since are
binomial; the interval of the ratio is Clopper and Pearson's. It takes voices for independent, so it is a little too sure of crowds; and a
peak sinks by itself too, which no count can tell apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np
from babel.numbers import format_decimal
from scipy.stats import binomtest
from sqlalchemy.orm import Session

from models.burst import bursts_of
from models.heard import residents_by_day
from models.language import _, spoken
from models.settings import settings
from models.signal import Signal, same_story_around
from models.words import BurstKind
from routing.bursts.rhythm import Rhythm, learn_rhythm
from routing.signals.assess import heard_by_signal
from routing.signals.summary import Heard, voices_of

DAY = timedelta(days=1)
BEFORE = 7
AFTER = 14
"""Days that are looked at, at most."""
FEWEST = 8
"""Voices, before and since together, below which nothing can be said."""
CONFIDENCE = 0.95
ENDLESS = 1e9
WEEKS = 8
"""Of the whole town, to learn the weekdays from."""


class Verdict(StrEnum):
    """What can be said of a change."""

    TOO_EARLY = "te vroeg"
    TOO_FEW = "te weinig"
    LESS = "minder"
    MORE = "meer"
    UNSURE = "onzeker"


@dataclass(frozen=True)
class Change:
    """Something that was done about a signal, and when."""

    signal_id: int
    at: datetime


@dataclass(frozen=True)
class Effect:
    """Voices on an ordinary day before and since; `days` have passed since. `low` and `high` bound since divided by before, at 95%."""

    before: float
    after: float
    days: int
    verdict: Verdict
    low: float = 0.0
    high: float = 0.0

    @property
    def figures(self) -> str:
        """`41 → 3 per dag`; empty where nothing can be said."""
        told = self.verdict not in (Verdict.TOO_EARLY, Verdict.TOO_FEW)
        return _("%(before)s → %(after)s per dag", before=_daily(self.before), after=_daily(self.after)) if told else ""

    @property
    def sentence(self) -> str:
        """The whole of it, for people."""
        match self.verdict:
            case Verdict.TOO_EARLY:
                return _("Het is nog te vroeg om te zeggen of het hielp.")
            case Verdict.TOO_FEW:
                return _("Te weinig berichten om te zeggen of het hielp.")
            case Verdict.LESS:
                return _(
                    "%(figures)s. Duidelijk minder: %(least)s tot %(most)s eraf.",
                    figures=self.figures,
                    least=_share(1 - self.high),
                    most=_share(1 - self.low),
                )
            case Verdict.MORE:
                return _("%(figures)s. Duidelijk meer.", figures=self.figures)
            case Verdict.UNSURE:
                return _("%(figures)s. Het verschil kan toeval zijn.", figures=self.figures)


def effects(session: Session, changes: Sequence[Change], now: datetime) -> list[Effect]:
    """What changed since each, in the order given."""
    if not changes:
        return []
    zone = settings().zone
    rhythm = _rhythm(session, now, zone)
    signals = {id: session.get_one(Signal, id) for id in {change.signal_id for change in changes}}
    return [_effect(session, signals[change.signal_id], change.at, now, rhythm, zone) for change in changes]


def effect(session: Session, change: Change, now: datetime) -> Effect:
    """What changed since one thing was done."""
    return effects(session, [change], now)[0]


def compare(before: int, before_days: float, after: int, after_days: float) -> Effect:
    """Voices and (weekday-corrected) days on both sides; `before_days` above 0."""
    rate, since = before / before_days, after / after_days if after_days else 0.0
    if after_days <= 0:
        return Effect(rate, since, 0, Verdict.TOO_EARLY)
    if before + after < FEWEST:
        return Effect(rate, since, round(after_days), Verdict.TOO_FEW)
    interval = binomtest(after, before + after).proportion_ci(CONFIDENCE, method="exact")
    low, high = (_ratio(share, before_days / after_days) for share in (interval.low, interval.high))
    verdict = Verdict.LESS if high < 1 else Verdict.MORE if low > 1 else Verdict.UNSURE
    return Effect(rate, since, round(after_days), verdict, low, high)


def _ratio(share: float, exposure: float) -> float:
    """The share of the voices that came since, as since divided by before; endless is a large number, since JSON has no infinity."""
    return share / (1 - share) * exposure if share < 1 else ENDLESS


def _effect(session: Session, signal: Signal, at: datetime, now: datetime, rhythm: Rhythm, zone: ZoneInfo) -> Effect:
    back = min(BEFORE, max(1, ceil((at - _began(session, signal, at)) / DAY)))
    on = min(AFTER, max(0, (now - at) // DAY))
    since, until = at - back * DAY, at + on * DAY
    around = heard_by_signal(session, same_story_around(session, signal, since, until)).values()
    told = [message for heard in around for message in heard if since < message.at <= until]
    before = voice_days([heard for heard in told if heard.at <= at], zone)
    after = voice_days([heard for heard in told if heard.at > at], zone)
    begin, middle, end = (moment.astimezone(zone) for moment in (since, at, until))
    return compare(before, rhythm.between(begin, middle), after, rhythm.between(middle, end))


def _began(session: Session, signal: Signal, at: datetime) -> datetime:
    """When it began to press: as it rose, for a stray message days earlier says nothing of how bad it was."""
    risen = [burst.detected_at - timedelta(hours=burst.hours) for burst in bursts_of(session, [signal.id]) if burst.kind is BurstKind.RISE]
    return min((moment for moment in risen if at - BEFORE * DAY < moment <= at), default=signal.first_at)


def voice_days(heard: Sequence[Heard], zone: ZoneInfo) -> int:
    """Different voices of each local day, together."""
    voices = voices_of(sorted(heard, key=lambda message: (message.at, message.id)))
    return len({(message.at.astimezone(zone).date(), voices[message.id]) for message in heard})


def _rhythm(session: Session, now: datetime, zone: ZoneInfo) -> Rhythm:
    """How much each weekday brings in this town, learnt from whole days; hours do not matter here."""
    today = now.astimezone(zone).date()
    counts = residents_by_day(session, now - timedelta(weeks=WEEKS), now, zone)
    first = min(counts, default=today)
    whole = [first + timedelta(days=ahead) for ahead in range(1, (today - first).days)]
    return learn_rhythm(whole, np.array([[counts.get(day, 0) / 24] * 24 for day in whole]))


def _daily(count: float) -> str:
    if count >= 9.5 or count == round(count):
        return f"{count:.0f}"
    return format_decimal(round(count, 1), locale=spoken().locale)


def _share(part: float) -> str:
    return f"{round(100 * max(part, 0)):.0f}%"
