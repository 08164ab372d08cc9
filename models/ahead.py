"""Reading what is counted before anybody asks for it: a process that just started makes nobody wait for ten years of cells."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from models.cells import KEPT, counted, month_after
from models.database import transaction
from models.tally import DAY, Tally


def read_ahead(zone: ZoneInfo, stopped: Callable[[], bool] = lambda: False) -> int:
    """Read the months that are counted, the newest first, as many as a process keeps; each in a transaction of its own.

    Returns:
        How many months were read.
    """
    month = func.date_trunc("month", Tally.day)
    with transaction() as session:
        sizes = session.execute(select(func.min(Tally.day), func.sum(Tally.messages)).group_by(month).order_by(month.desc())).all()
    read = kept = 0
    for day, messages in sizes:
        kept += messages
        if stopped() or kept > KEPT:
            break
        first = day.replace(day=1)
        with transaction() as session:
            counted(session, first, month_after(first) - DAY, zone)
        read += 1
    return read
