"""How often one address may use the pages of readers. The links cannot be guessed; this keeps the trying, and the mails asked for, few."""

from datetime import datetime, timedelta

from dashboards.rate import Rate

ASKED = 10
ASKED_BY_ALL = 200
ASKED_WITHIN = timedelta(hours=1)
OPENED = 400
OPENED_WITHIN = timedelta(minutes=5)
"""A whole town hall may come from one address when the digest of nine o'clock is read."""


class ReaderRate:
    """Counts mails asked for, by address and in all, and links tried, by address."""

    def __init__(self) -> None:
        self._asked = Rate(ASKED, ASKED_WITHIN)
        self._asked_by_all = Rate(ASKED_BY_ALL, ASKED_WITHIN)
        self._opened = Rate(OPENED, OPENED_WITHIN)

    def may_ask(self, caller: str, now: datetime) -> bool:
        """Count one mail asked for; False where there were too many."""
        return self._asked.allows(caller, now) and self._asked_by_all.allows("all", now)

    def may_open(self, caller: str, now: datetime) -> bool:
        """Count one link tried; False where there were too many."""
        return self._opened.allows(caller, now)
