"""Small arrays that were counted before and may be asked again, the latest used of so many bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from numpy.typing import NDArray

OVERHEAD = 400
"""Bytes that a key and its place take beside the array itself."""


class Kept:
    """Arrays by what was asked. A key names all that its array depends on, so an entry is never wrong, only forgotten."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes = 0
        self._arrays: OrderedDict[Hashable, NDArray[Any]] = OrderedDict()
        self._lock = Lock()

    def counted(self, key: Hashable, count: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """What was counted for this key before, or else is counted now; nobody may write into it."""
        with self._lock:
            if key in self._arrays:
                self._arrays.move_to_end(key)
                return self._arrays[key]
        array = count()
        array.setflags(write=False)
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = array
                self.bytes += array.nbytes + OVERHEAD
            while self.bytes > self.most and len(self._arrays) > 1:
                self.bytes -= self._arrays.popitem(last=False)[1].nbytes + OVERHEAD
        return array
