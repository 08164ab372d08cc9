"""Lines of a text file in constant memory, however long a line is."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from ingest.errors import FileRefused
from ingest.exports.rows.row import MAX_ROW

TOO_LONG = None
"""Stands where a line was longer than any message."""


def open_text(path: Path, encoding: str, strict: bool, name: str) -> TextIO:
    """The file as text; with `strict` a wrong byte raises UnicodeDecodeError while reading, otherwise it becomes a lone surrogate."""
    try:
        return path.open(encoding=encoding, errors="strict" if strict else _forgiving(encoding), newline="")
    except LookupError as error:
        raise FileRefused(
            f"{name}: de codering {encoding!r} bestaat niet.", "Schrijf in sources.yaml utf-8, utf-16, cp1252 of latin-1."
        ) from error


def lines(file: TextIO) -> Iterator[str | None]:
    """Every line with its end; `TOO_LONG` for one beyond the limit."""
    while line := file.readline(MAX_ROW + 1):
        if len(line) <= MAX_ROW:
            yield line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = file.readline(MAX_ROW)
        yield TOO_LONG


def _forgiving(encoding: str) -> str:
    return "surrogateescape" if encoding.startswith("utf-8") else "replace"
