"""The lexicon: words per sub-theme, as residents say them. In training they are read as very short messages.

    afval/grofvuil: bankstel, oude bank, matras ophalen

One sub-theme (or `none`) a line, a colon, words and short phrases with commas between them. Lines that begin with `#` are comments. A
phrase that a sub-theme had before is not read again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NONE = "none"
FOLDER = Path(__file__).resolve().parent / "lexicon"
DANGER = Path(__file__).resolve().parent / "danger.txt"
TOGETHER = 3
"""How many entries make one short message."""


class LexiconError(ValueError):
    """A line of the lexicon cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Entry:
    """A few words that belong to one sub-theme."""

    sub: str
    phrases: tuple[str, ...]


def read_lexicon(folder: Path = FOLDER) -> list[Entry]:
    """All entries in a fixed order, a few phrases each.

    Raises:
        LexiconError: a line has no sub-theme or no words.
    """
    entries: list[Entry] = []
    had: set[tuple[str, str]] = set()
    for path in sorted(folder.glob("*.txt")):
        for sub, phrases in _lines(path):
            new = [phrase for phrase in phrases if (sub, phrase) not in had]
            had.update((sub, phrase) for phrase in new)
            entries.extend(Entry(sub, tuple(new[i : i + TOGETHER])) for i in range(0, len(new), TOGETHER))
    return entries


def read_danger(path: Path = DANGER) -> list[str]:
    """What someone should see within the hour, in a few words each."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def _lines(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        sub, colon, rest = line.partition(":")
        phrases = tuple(phrase.strip() for phrase in rest.split(",") if phrase.strip())
        if not colon or ("/" not in sub and sub.strip() != NONE) or not phrases:
            raise LexiconError(f"{path.name}, regel {number}: verwacht `thema/subthema: woord, woord`")
        yield sub.strip(), phrases
