"""What is usual in this town: daily counts by sub-theme and neighbourhood, its rhythm, and what all of it did lately. Read once a run."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from models.burst import series_by_area, series_by_sub
from models.heard import residents_by_hour
from models.message import first_published
from routing.bursts.lately import Lately, Told, between, lately
from routing.bursts.rhythm import Rhythm, learn_rhythm
from routing.bursts.rise import Rise
from routing.bursts.stretches import Said, Stretch, stretches
from routing.bursts.surveillance import (
    FEWEST,
    GUARD,
    LEAST_HISTORY,
    WEEKS,
    WINDOWS,
    Baseline,
    Floats,
    baseline,
    fit,
    rarity,
    recency,
    tail,
    total,
    window,
)
from routing.bursts.waves import CALM, Wave, wave

Series = Mapping[date, int]
NOWHERE: Series = {}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Yardstick:
    """The counts that signals are compared with.

    `series` is messages a day by sub-theme and neighbourhood (None: no place named), `whole` by sub-theme over the whole town; `usual` and
    `usual_whole` are an ordinary day of each. `rare` is the chance below which a count is a burst in a town with so many series.
    """

    zone: ZoneInfo
    history: date
    rhythm: Rhythm
    series: Mapping[str, Mapping[str | None, Series]]
    whole: Mapping[str, Series]
    usual: Mapping[str, Mapping[str | None, float]]
    usual_whole: Mapping[str, float]
    everything: Series
    """Messages a day of all sub-themes."""
    lately: Lately
    rare: float

    def baseline(self, sub: str, areas: Sequence[str], began: date, day: date) -> Baseline:
        """An ordinary day of a sub-theme in these neighbourhoods (without any: of its messages without a place), before a rise."""
        return self._learn(self._here(sub, areas), sub, self._usual_there(sub, areas), began, day)

    def usually(self, sub: str, areas: Sequence[str], began: date, now: datetime) -> float:
        """How many messages a sub-theme in these neighbourhoods usually brings in the 24 hours up to now."""
        local = now.astimezone(self.zone)
        return self.baseline(sub, areas, began, local.date()).mean * self.rhythm.between(local - DAY, local)

    def judge_day(self, sub: str, areas: Sequence[str], began: date, day: date, said: Sequence[Said]) -> Rise:
        """Judge a whole local day of a signal by what was said in it, and every few hours of that day."""
        end = datetime.combine(day + DAY, time(), self.zone)
        return self._judge(sub, areas, self.baseline(sub, areas, began, day), began, day, end, said)

    def judge_last_day(self, sub: str, areas: Sequence[str], began: date, now: datetime, said: Sequence[Said]) -> Rise:
        """Judge the 24 hours up to now, and every few hours of them."""
        local = now.astimezone(self.zone)
        return self._judge(sub, areas, self.baseline(sub, areas, began, local.date()), began, local.date(), local, said)

    def judge_town(self, sub: str, now: datetime, said: Sequence[Said]) -> Rise | None:
        """Judge the 24 hours up to now of a sub-theme over the whole town; None unless no other signal of it tells more than this one."""
        others, local = self._others(sub, said), now.astimezone(self.zone)
        most = max(Counter(told.signal_id for told in others if told.at > now - DAY).values(), default=0)
        if sum(told.at > now - DAY for told in said) < max(1, most):
            return None
        today = local.date()
        known = self._learn(self.whole.get(sub, NOWHERE), sub, 0.0, today, today)
        everything = sorted([*said, *(Said(told.id, told.at, f"elsewhere {told.id}") for told in others)], key=lambda one: one.at)
        return replace(self._judge(sub, (), known, today, today, local, everything), everywhere=True)

    def _learn(self, here: Series, sub: str, usual_there: float, began: date, day: date) -> Baseline:
        """Learn an ordinary day of what was told `here` of a sub-theme, by days reckoned with their place in the rhythm and their waves."""
        days = _days(*window(day, began, self.history))
        counts, in_sub, in_town = (_row(series, days) for series in (here, self.whole.get(sub, NOWHERE), self.everything))
        factors = np.array([self.rhythm.factor(day) for day in days])
        there, beside = np.maximum(in_sub - counts, 0.0), in_town - in_sub
        return baseline(counts, factors * wave(there, usual_there * factors, beside, self._usual_beside(sub) * factors).times)

    def _here(self, sub: str, areas: Sequence[str]) -> Series:
        places = self.series.get(sub, {})
        return total(places.get(area, NOWHERE) for area in areas or (None,))

    def _usual_there(self, sub: str, areas: Sequence[str]) -> float:
        """An ordinary day of the sub-theme elsewhere."""
        here = sum(self.usual.get(sub, {}).get(area, 0.0) for area in areas or (None,))
        return max(0.0, self.usual_whole.get(sub, 0.0) - here)

    def _usual_beside(self, sub: str) -> float:
        """An ordinary day of all other sub-themes."""
        return sum(self.usual_whole.values()) - self.usual_whole.get(sub, 0.0)

    def _judge(self, sub: str, areas: Sequence[str], known: Baseline, began: date, day: date, end: datetime, said: Sequence[Said]) -> Rise:
        """The longest stretch that is a burst, else the 24 hours up to `end`.

        With less than two weeks of history nothing can be rare: then five voices where there was nothing are a burst because they are new.
        """
        whole = next(stretches(said, WINDOWS[0], end))
        unknown = known.mean * known.days < 1.0
        seen = self._seen(known, day, whole, CALM, unknown and whole.voices >= FEWEST)
        if (min(began, day) - self.history).days < LEAST_HISTORY:
            return replace(seen, p_value=1.0, burst=seen.new)
        others = [told.at for told in self._others(sub, said)]
        for hours in WINDOWS:
            rises = [
                self._seen(known, day, stretch, self._wave(sub, areas, stretch, others), unknown)
                for stretch in stretches(said, hours, end)
                if stretch.voices >= FEWEST
            ]
            bursts = [rise for rise in rises if rise.burst]
            if bursts:
                return min(bursts, key=lambda rise: rise.p_value)
        return replace(seen, burst=False)

    def _seen(self, known: Baseline, day: date, stretch: Stretch, rest: Wave, new: bool) -> Rise:
        until = stretch.until.astimezone(self.zone)
        worth = self.rhythm.between(until - timedelta(hours=stretch.hours), until)
        p_value = tail(stretch.voices, known, worth * float(rest.times), float(rest.doubt))
        burst = stretch.voices >= FEWEST and p_value < self.rare
        return Rise(day, stretch.voices, known.mean * worth, p_value, burst, new, until, stretch.hours, float(rest.times))

    def _wave(self, sub: str, areas: Sequence[str], stretch: Stretch, others: Sequence[datetime]) -> Wave:
        """By how much everything else rises in the same hours; of days long past, on the same day."""
        until = stretch.until.astimezone(self.zone)
        since = until - timedelta(hours=stretch.hours)
        if since >= self.lately.since:
            worth = self.rhythm.between(since, until)
            there, beside = between(others, since, until), self.lately.of_other_subs(sub, since, until)
        else:
            day = (until - timedelta(seconds=1)).date()
            worth, in_sub = self.rhythm.factor(day), self.whole.get(sub, NOWHERE).get(day, 0)
            there = max(0, in_sub - max(stretch.messages, self._here(sub, areas).get(day, 0)))
            beside = self.everything.get(day, 0) - in_sub
        figures = (there, self._usual_there(sub, areas) * worth, beside, self._usual_beside(sub) * worth)
        return wave(*(np.asarray(figure, float) for figure in figures))

    def _others(self, sub: str, said: Sequence[Said]) -> list[Told]:
        return self.lately.besides(sub, {one.id for one in said})


def yardstick(session: Session, now: datetime, back_to: datetime, zone: ZoneInfo) -> Yardstick:
    """Read the counts that are needed to judge days from `back_to` on."""
    first = first_published(session) or now
    since = max(first, min(back_to, now) - timedelta(weeks=WEEKS) - GUARD - DAY) - timedelta(seconds=1)
    series: dict[str, dict[str | None, dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    for sub, area, day, count in series_by_area(session, since, now, zone):
        series[sub][area][day] = count
    whole: dict[str, dict[date, int]] = defaultdict(dict)
    for sub, day, count in series_by_sub(session, since, now, zone):
        whole[sub][day] = count
    rhythm, history, today = _rhythm(session, now, zone), first.astimezone(zone).date(), now.astimezone(zone).date()
    days = _days(*window(today, today, history))
    places = [(sub, area) for sub, areas in series.items() for area in areas]
    usual: dict[str, dict[str | None, float]] = defaultdict(dict)
    means = _usual(days, [series[sub][area] for sub, area in places], rhythm)
    for (sub, area), mean in zip(places, means, strict=True):
        usual[sub][area] = float(mean)
    means_whole = _usual(days, list(whole.values()), rhythm)
    usual_whole = dict(zip(whole, map(float, means_whole), strict=True))
    return Yardstick(
        zone,
        history,
        rhythm,
        series,
        whole,
        usual,
        usual_whole,
        total(whole.values()),
        lately(session, now),
        rarity(np.concatenate([means, means_whole])),
    )


def usual_in_town(session: Session, now: datetime, zone: ZoneInfo) -> float:
    """How many messages residents usually send in the 24 hours up to now."""
    hours = _hours(session, now, zone)
    rhythm, local = learn_rhythm(*hours), now.astimezone(zone)
    days, counts = hours
    if len(days) < 2:
        return 0.0
    known = baseline(counts.sum(axis=1)[:-1], np.array([rhythm.factor(day) for day in days[:-1]]))
    return known.mean * rhythm.between(local - DAY, local)


def _rhythm(session: Session, now: datetime, zone: ZoneInfo) -> Rhythm:
    return learn_rhythm(*_hours(session, now, zone))


def _hours(session: Session, now: datetime, zone: ZoneInfo) -> tuple[list[date], Floats]:
    """The last eight weeks' days that were heard from beginning to end, and the town's messages in each of their hours."""
    since = max(first_published(session) or now, now - timedelta(weeks=WEEKS) - DAY)
    days = _days(since.astimezone(zone).date() + DAY, now.astimezone(zone).date())
    counts = np.zeros((len(days), 24))
    for day, hour, count in residents_by_hour(session, since - timedelta(seconds=1), now, zone):
        if days and days[0] <= day <= days[-1]:
            counts[(day - days[0]).days, hour] = count
    return days, counts


def _usual(days: Sequence[date], series: Sequence[Series], rhythm: Rhythm) -> Floats:
    """An ordinary day of each series, learnt from these days."""
    if not days or not series:
        return np.zeros(len(series))
    counts = np.array([_row(one, days) for one in series])
    return fit(counts, np.array([rhythm.factor(day) for day in days]), recency(len(days)))[0]


def _row(series: Series, days: Sequence[date]) -> Floats:
    return np.array([series.get(day, 0) for day in days], float)


def _days(since: date, until: date) -> list[date]:
    return [since + ahead * DAY for ahead in range(max(0, (until - since).days))]
