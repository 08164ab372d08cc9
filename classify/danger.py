"""Danger, told by what people say around it: who reads `ruik gas` looks at once, but not at `vorig jaar rook ik gas`.

`alarm.txt` holds both lists. What they find is no verdict: it is evidence beside the score of the model, weighed in training.
"""

import re
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from classify.wording import MOST_CHARACTERS, plain

ALARM = Path(__file__).resolve().parent / "alarm.txt"
_SENTENCE = re.compile(r"[.!?\n]+\s*|\bmaar\b")
"""Calm in one half of a sentence takes nothing away from the alarm after `maar`."""
_GAP = r"(?:\W+\w+){0,4}?\W+"
Danger = tuple[float, float, float]
"""Whether there is an alarm, whether one stands in a sentence that does not take it away, and how many different ones do (at most 3)."""
CALM: Danger = (0.0, 0.0, 0.0)


class Alarm:
    """Finds alarms in texts."""

    def __init__(self, path: Path = ALARM) -> None:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
        raised = [line[1:].strip() for line in lines if line.startswith("+")]
        self._raised = _any_of(raised)
        self._taken = _any_of([line[1:].strip() for line in lines if line.startswith("-")])
        self._signs = tuple(sorted({_sign(phrase) for phrase in raised}))

    def may_be_in(self, word: str) -> bool:
        """Whether a word can be part of an alarm; a text without any such word holds none."""
        return word.startswith(self._signs)

    def of(self, text: str) -> Danger:
        """What a text says of danger."""
        found: set[str] = set()
        alarmed = False
        for sentence in _SENTENCE.split(plain(text[:MOST_CHARACTERS])):
            raised = {match[0] for match in self._raised.finditer(sentence)}
            if raised:
                alarmed = True
                if not self._taken.search(sentence):
                    found |= raised
        return (float(alarmed), float(bool(found)), float(min(len(found), 3))) if alarmed else CALM


@lru_cache(maxsize=1)
def alarm() -> Alarm:
    """The alarms of `alarm.txt`, read once."""
    return Alarm()


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    """One pattern for all phrases, by their first letter: at most places in a text no phrase can begin, and that is then seen at once."""
    patterns = sorted(_GAP.join(_words(part) for part in phrase.split(" ... ")) for phrase in phrases)
    by_letter = [(first, "|".join(pattern[1:] for pattern in same)) for first, same in groupby(patterns, key=lambda pattern: pattern[0])]
    return re.compile(r"\b(?:" + "|".join(f"{first}(?:{rest})" for first, rest in by_letter) + r")\b")


def _words(part: str) -> str:
    return r"\W+".join(re.escape(word).replace(r"\*", r"\w*") for word in part.split())


def _sign(phrase: str) -> str:
    """The longest word of a phrase: where that is missing the phrase is."""
    return max((word for word in phrase.replace("...", " ").split()), key=lambda word: len(word.rstrip("*"))).rstrip("*")
