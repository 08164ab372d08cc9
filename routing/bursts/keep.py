"""Writes the bursts of a signal: one of a kind on a day, as large as it was seen."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.burst import Burst
from routing.bursts.rise import Rise


def keep(session: Session, signal_id: int, rises: Sequence[Rise], now: datetime) -> None:
    """Keep the bursts of a signal; what was kept before grows, and never shrinks."""
    largest: dict[tuple[object, ...], Rise] = {}
    for rise in rises:
        known = largest.setdefault((rise.day, rise.kind), rise)
        if known.observed < rise.observed:
            largest[rise.day, rise.kind] = rise
    if not largest:
        return
    rows = [
        {
            "signal_id": signal_id,
            "day": rise.day,
            "detected_at": now,
            "observed": rise.observed,
            "expected": rise.expected,
            "p_value": rise.p_value,
            "kind": rise.kind,
            "hours": rise.hours,
            "everywhere": rise.everywhere,
        }
        for rise in largest.values()
    ]
    statement = insert(Burst).values(rows)
    grown = {name: statement.excluded[name] for name in ("observed", "expected", "p_value", "hours", "everywhere")}
    more = Burst.observed < statement.excluded.observed
    session.execute(statement.on_conflict_do_update(index_elements=["signal_id", "day", "kind"], set_=grown, where=more))
