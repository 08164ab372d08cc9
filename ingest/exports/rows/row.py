"""One row of a file, or why it could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAX_ROW = 1_000_000
"""Longest row in characters. No message is this long; a file with such a row is damaged there."""
MAX_COLUMNS = 300


@dataclass(frozen=True, slots=True)
class Row:
    """Values of row `number`, counted from 1 at the top of the file; a table's cells in order, or a JSON object."""

    number: int
    cells: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON Lines row."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be taken apart, and why, in Dutch, without quoting it."""

    number: int
    reason: str
