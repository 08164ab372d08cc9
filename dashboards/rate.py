"""How often one caller may do something: tries are counted over the last minutes, in this process."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

CALLERS = 10_000
"""How many callers are remembered; the longest silent is forgotten first."""


class Rate:
    """At most `tries` by one caller `within` this time."""

    def __init__(self, tries: int, within: timedelta) -> None:
        self._most = tries
        self._within = within
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def allows(self, caller: str, now: datetime) -> bool:
        """Count one try; False where there were too many."""
        with self._lock:
            tries = self._tries.setdefault(caller, deque(maxlen=self._most))
            self._tries.move_to_end(caller)
            while len(self._tries) > CALLERS:
                self._tries.popitem(last=False)
            if self._full(tries, now):
                return False
            tries.append(now)
            return True

    def allowed(self, caller: str, now: datetime) -> bool:
        """Whether another try would be allowed; counts none."""
        with self._lock:
            return not self._full(self._tries.get(caller, ()), now)

    def _full(self, tries: Sequence[datetime], now: datetime) -> bool:
        return len(tries) == self._most and now - tries[0] < self._within
