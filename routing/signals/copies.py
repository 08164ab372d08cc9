"""Near-identical texts: a coordinated campaign, a shared post, the same complaint sent twice.

Each longer text keeps a sketch, the smallest hashes of its three-word shingles (Broder's min-wise sampling); texts that share part of
a sketch are compared in full. Cost per text does not grow with the number of texts.
"""

import re
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nsmallest
from zlib import crc32

from rapidfuzz import fuzz

LONG_ENOUGH = 12
"""Words; shorter texts are alike by chance ("wanneer wordt het grofvuil opgehaald")."""
SHINGLE = 3
SKETCH = 10
SHARED = 2
ALIKE = 82.0
"""rapidfuzz token_set_ratio from which two texts are copies: a greeting, a name, a changed word, a text cut short stay above it."""
MEMORY = timedelta(days=14)
PER_HASH = 12

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Copy:
    """A text once seen."""

    id: int
    at: datetime
    text: str


class Copies:
    """The texts seen so far, to be asked which of them a new text copies."""

    def __init__(self) -> None:
        self._by_hash: dict[int, deque[Copy]] = defaultdict(lambda: deque(maxlen=PER_HASH))

    def add(self, id: int, at: datetime, text: str) -> int | None:
        """Remember a text; the id of the one it copies, if any."""
        sketch = sketch_of(text)
        if not sketch:
            return None
        new = Copy(id, at, text)
        shared: Counter[Copy] = Counter(old for number in sketch for old in self._by_hash[number] if old.id != id)
        for number in sketch:
            self._by_hash[number].append(new)
        for old, count in shared.most_common(5):
            if count >= SHARED and abs(at - old.at) <= MEMORY and alike(text, old.text):
                return old.id
        return None


def sketch_of(text: str) -> list[int]:
    """The smallest shingle hashes; empty for a text too short to be recognised."""
    found = _WORD.findall(text.lower())
    if len(found) < LONG_ENOUGH:
        return []
    return nsmallest(SKETCH, {crc32(" ".join(found[i : i + SHINGLE]).encode()) for i in range(len(found) - SHINGLE + 1)})


def alike(one: str, other: str) -> bool:
    return fuzz.token_set_ratio(one.lower(), other.lower()) >= ALIKE


def clusters(texts: list[tuple[int, datetime, str]]) -> dict[int, int]:
    """For each id the id of the first text it is a copy of (itself, where it is none)."""
    seen = Copies()
    first: dict[int, int] = {}
    for id, at, text in texts:
        original = seen.add(id, at, text)
        first[id] = id if original is None else first[original]
    return first
