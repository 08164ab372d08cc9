"""What becomes of a signal, line by line: it begins, grows, takes in another, is parted, falls silent and is told again."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.signal import Signal, SignalEvent
from models.words import SignalStatus, SignalStep
from routing.signals.stories.grouping import Changes

STEPS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Numbers of messages whose reaching is worth a line."""


def tell(session: Session, changes: Changes, before: Mapping[int, int], lost: Mapping[int, int], now: datetime) -> None:
    """Write down what changed. `before` gives the numbers of messages that the signals had which exist already, `lost` how many came
    over from each signal that went into another. In the caller's transaction, so that the history tells what holds."""
    rows = [*_beginnings(changes, before, now), *_meetings(changes, before, lost, now)]
    if rows:
        session.execute(insert(SignalEvent), rows)


def tell_of_status(session: Session, signal: Signal, before: SignalStatus) -> None:
    """A signal fell silent, or was told again."""
    if signal.status is not before and signal.status is not SignalStatus.MERGED:
        step = SignalStep.CLOSED if signal.status is SignalStatus.CLOSED else SignalStep.REOPENED
        session.add(SignalEvent(signal_id=signal.id, at=signal.summarised_at, step=step, count=signal.messages))


def _beginnings(changes: Changes, before: Mapping[int, int], now: datetime) -> Iterable[dict[str, object]]:
    for signal in changes.touched:
        whole = changes.split.get(signal.id)
        if signal.id not in before and signal.members:
            if whole is not None and whole in before:
                yield _line(signal.id, now, SignalStep.SPLIT_FROM, signal.members, whole)
                yield _line(whole, now, SignalStep.SPLIT_OFF, signal.members, signal.id)
            else:
                yield _line(signal.id, now, SignalStep.BEGAN, signal.members)
        elif reached := [step for step in STEPS if before.get(signal.id, 0) < step <= signal.members]:
            yield _line(signal.id, now, SignalStep.GREW, reached[-1])


def _meetings(changes: Changes, before: Mapping[int, int], lost: Mapping[int, int], now: datetime) -> Iterable[dict[str, object]]:
    for loser, survivor in sorted(changes.merged.items()):
        if loser in before:
            yield _line(loser, now, SignalStep.WENT_INTO, lost.get(loser, 0), survivor)
            yield _line(survivor, now, SignalStep.TOOK_IN, lost.get(loser, 0), loser)


def _line(signal_id: int, at: datetime, step: SignalStep, count: int, other: int | None = None) -> dict[str, object]:
    return {"signal_id": signal_id, "at": at, "step": step, "count": count, "other_signal_id": other}
