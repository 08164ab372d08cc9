"""Which signals are the newest of a slow burn: looked at once a local day, and when a signal is new."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from models.burst import Burst, people_since, voices_by_week
from models.message import first_published
from models.signal import Signal
from models.words import BurstKind
from routing.bursts.slow_burn import BEFORE, RARE, RECENT, chances, usual
from routing.bursts.surveillance import Floats
from routing.bursts.waves import wave

WEEK = timedelta(weeks=1)
Spot = tuple[str, str | None]
"""A sub-theme, and the neighbourhood that most messages of a signal name (None: no place)."""


@dataclass(frozen=True)
class Burning:
    """How many different people wrote in the recent weeks, how many usually do, and the chance of so many."""

    people: int
    expected: float
    p_value: float


def note_lasting(session: Session, signals: Iterable[Signal], now: datetime, zone: ZoneInfo) -> None:
    """Look whether these open signals are part of a slow burn, those that were not looked at today; what is one anew is kept as a burst."""
    today = now.astimezone(zone).date()
    due = [signal for signal in signals if signal.lasting_on != today]
    if not due:
        return
    found = slow_burns(session, sorted({signal.sub for signal in due}), now)
    for signal in due:
        burning = found.get(spot_of(signal))
        if burning is not None and not signal.lasting:
            session.add(_burst(signal, burning, now, zone))
        signal.lasting, signal.lasting_on = burning is not None, today


def _burst(signal: Signal, burning: Burning, now: datetime, zone: ZoneInfo) -> Burst:
    return Burst(
        signal_id=signal.id,
        day=now.astimezone(zone).date(),
        detected_at=now,
        observed=burning.people,
        expected=burning.expected,
        p_value=burning.p_value,
        kind=BurstKind.SLOW,
        hours=RECENT * WEEK // timedelta(hours=1),
    )


def spot_of(signal: Signal) -> Spot:
    return signal.sub, signal.areas[0] if signal.areas else None


def slow_burns(session: Session, subs: Sequence[str], now: datetime) -> dict[Spot, Burning]:
    """Where these sub-themes burn slowly."""
    first = first_published(session) or now
    weeks = min(RECENT + BEFORE, (now - first) // WEEK)
    people = {(sub, area): count for sub, area, count in people_since(session, subs, now - RECENT * WEEK, now)}
    spots = sorted(people, key=lambda spot: (spot[0], spot[1] or ""))
    if not spots:
        return {}
    voices = np.zeros((len(spots), max(weeks, RECENT)))
    rows = {spot: row for row, spot in enumerate(spots)}
    for sub, area, ago, count in voices_by_week(session, subs, now - weeks * WEEK, now):
        if ago is not None and (sub, area) in rows and ago < voices.shape[1]:
            voices[rows[sub, area], ago] = count
    expected = usual(voices)
    found = chances(voices, np.array([people[spot] for spot in spots], float), _season(spots, voices, expected))
    return {spot: Burning(people[spot], float(expected[row]), float(found[row])) for spot, row in rows.items() if found[row] < RARE}


def _season(spots: Sequence[Spot], voices: Floats, expected: Floats) -> Floats:
    """How many times the usual each sub-theme brought in the recent weeks elsewhere."""
    recent = voices[:, :RECENT].sum(axis=1)
    of_sub: dict[str, list[int]] = defaultdict(list)
    for row, (sub, _) in enumerate(spots):
        of_sub[sub].append(row)
    there = np.array([recent[of_sub[sub]].sum() for sub, _ in spots]) - recent
    usual_there = np.array([expected[of_sub[sub]].sum() for sub, _ in spots]) - expected
    return wave(there, usual_there, np.zeros(len(spots)), np.zeros(len(spots))).times
