"""JSON Lines: one object a line, streamed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.exports.rows.lines import lines, open_text
from ingest.exports.rows.row import Broken, Object


def read_jsonlines(path: Path, encoding: str, strict: bool, name: str) -> Iterator[Object | Broken]:
    """The objects of the file with their line numbers; empty lines are skipped."""
    with open_text(path, encoding, strict, name) as file:
        for number, line in enumerate(lines(file), 1):
            if line is None:
                yield Broken(number, "de regel is langer dan 1 MB")
            elif line.strip():
                yield _object(number, line)


def value_at(values: dict[str, Any], heading: str) -> Any:
    """The value under a heading; a dot goes into an object unless a key has that dot itself."""
    if heading in values:
        return values[heading]
    found: Any = values
    for step in heading.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def _object(number: int, line: str) -> Object | Broken:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return Broken(number, "de regel is geen JSON")
    return Object(number, found) if isinstance(found, dict) else Broken(number, "de regel is geen JSON-object")
