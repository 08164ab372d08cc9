"""How often one address may try sign-in links. A token cannot be guessed; this keeps the trying quiet."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

TRIES = 20
WITHIN = timedelta(minutes=5)
ADDRESSES = 10_000
"""How many addresses are remembered; the longest silent is forgotten first."""


class SignInRate:
    """Counts tries by address over the last five minutes, in this process."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def allows(self, address: str, now: datetime) -> bool:
        """Count one try; False where there were too many."""
        with self._lock:
            tries = self._tries.setdefault(address, deque(maxlen=TRIES))
            self._tries.move_to_end(address)
            while len(self._tries) > ADDRESSES:
                self._tries.popitem(last=False)
            if len(tries) == TRIES and now - tries[0] < WITHIN:
                return False
            tries.append(now)
            return True
