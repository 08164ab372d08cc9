"""Labelled examples: the line format in which people write them, and its reader.

    afval/bijplaatsing | melding | - | . | facebook | weer zakken naast de ondergrondse in de [Dorpsstraat]

Six columns: themes (main one first, `none` for no theme), kind, tone (`-`, `0`, `+`), urgency (`!` or `.`), voice, text. Places in the
text stand between square brackets; a line break inside a text is written as `\\n`. Lines that begin with `#` are comments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from models.words import Kind

TONES = {"-": -1, "0": 0, "+": 1}
COLUMNS = 6
_PLACE = re.compile(r"\[([^\[\]]+)\]")


class Voice(StrEnum):
    """In whose manner an example is written: what the resident, or the agent who noted it, used."""

    CALL = "call"
    FORM = "form"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    X = "x"
    DIRECT = "dm"
    MASTODON = "mastodon"
    NEWS = "news"
    PARTICIPATION = "participation"


class ExampleError(ValueError):
    """A line that is no example; the message says why."""


@dataclass(frozen=True)
class Example:
    """One message as a person labelled it. `themes` are full sub-theme slugs, main one first; empty for none. `places` are (start, end)."""

    text: str
    themes: tuple[str, ...]
    kind: Kind
    tone: int
    urgent: bool
    voice: Voice
    places: tuple[tuple[int, int], ...] = ()
    genre: str = ""
    """The file it was read from: its messages share a way of writing."""


def read(path: Path) -> list[Example]:
    """All examples of one file.

    Raises:
        ExampleError: a line does not fit; names file and line.
    """
    return [example for _, example in numbered(path)]


def numbered(path: Path) -> Iterator[tuple[int, Example]]:
    """The examples of one file with their line numbers, counted from 1."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                yield number, replace(parse(line), genre=path.stem)
            except ExampleError as error:
                raise ExampleError(f"{path.name}, regel {number}: {error}") from error


def parse(line: str) -> Example:
    """Read one line.

    Raises:
        ExampleError: a column is missing or has a value that is not in its list.
    """
    parts = [part.strip() for part in line.split("|", COLUMNS - 1)]
    if len(parts) != COLUMNS:
        raise ExampleError(f"{COLUMNS} kolommen verwacht, {len(parts)} gevonden")
    themes, kind, tone, urgent, voice, marked = parts
    if tone not in TONES or urgent not in (".", "!") or not marked:
        raise ExampleError("toon is -, 0 of +; spoed is . of !; en de tekst mag niet leeg zijn")
    try:
        text, places = unmark(marked.replace("\\n", "\n"))
        return Example(
            text, () if themes == "none" else tuple(themes.split()), Kind(kind), TONES[tone], urgent == "!", Voice(voice), places
        )
    except ValueError as error:
        raise ExampleError(str(error)) from error


def unmark(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without its brackets, and where the bracketed places stand in it."""
    text, places, end = "", [], 0
    for match in _PLACE.finditer(marked):
        text += marked[end : match.start()]
        places.append((len(text), len(text) + len(match[1])))
        text += match[1]
        end = match.end()
    return text + marked[end:], tuple(places)
