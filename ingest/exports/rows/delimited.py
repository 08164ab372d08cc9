"""CSV: the delimiter and quotes recognised, rows streamed, a damaged row set apart without losing the ones after it."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.errors import FileRefused
from ingest.exports.rows.lines import lines, open_text
from ingest.exports.rows.row import MAX_COLUMNS, MAX_ROW, Broken, Row

DELIMITERS = ";,\t|"
SAMPLE = 20
MAX_LINES = 1_000
"""More lines than this within one quoted cell: the closing quote is missing."""
TOO_LONG = "de regel is langer dan 1 MB"
UNCLOSED = "een aanhalingsteken wordt niet gesloten"
_NOT_UTF8 = re.compile("[\udc80-\udcff]")

csv.field_size_limit(MAX_ROW)


class Dialect(csv.excel):
    """What RFC 4180 has, with the delimiter and quote that were found."""

    strict = False


def read_delimited(path: Path, encoding: str, strict: bool, name: str) -> Iterator[Row | Broken]:
    """The rows of the file, the header among them; empty lines are skipped, and not counted as rows are not by a spreadsheet either.

    Raises:
        FileRefused: the encoding that was asked for does not fit.
    """
    with open_text(path, encoding, strict, name) as file:
        sample = [line for line, _ in zip(lines(file), range(SAMPLE), strict=False)]
    dialect = recognise([line for line in sample if line])
    with open_text(path, encoding, strict, name) as file:
        yield from _rows(lines(file), dialect)


def recognise(sample: Sequence[str]) -> type[csv.Dialect]:
    """The dialect of the first lines: the delimiter that cuts the header into most cells, and as many in the lines after it."""
    if sample and (match := re.fullmatch(r"sep=(.)\s*", sample[0].lstrip("\ufeff"))):
        return _dialect(match[1], '"')
    quote = "'" if sample and sample[0].lstrip("\ufeff").startswith("'") else '"'
    return _dialect(max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter, quote)), quote)


def _fit(sample: Sequence[str], delimiter: str, quote: str) -> tuple[int, int]:
    try:
        widths = [len(row) for row in csv.reader(sample, _dialect(delimiter, quote)) if row]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] < 2:
        return 0, 0
    return sum(width == widths[0] for width in widths) * 2 >= len(widths), widths[0]


def _dialect(delimiter: str, quote: str) -> type[csv.Dialect]:
    return type("Found", (Dialect,), {"delimiter": delimiter, "quotechar": quote})


class _Feeder:
    """Hands lines to the csv reader and remembers those of the row at hand: a broken row is begun again after its first line."""

    def __init__(self, source: Iterator[str | None]) -> None:
        self._source = source
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self._length = 0
        self.fault = ""

    def __iter__(self) -> "_Feeder":
        return self

    def __next__(self) -> str:
        if self._again:
            line: str | None = self._again.popleft()
        else:
            try:
                line = next(self._source)
            except StopIteration:
                self.fault = UNCLOSED if self.row else ""
                raise
        if line is None:
            self.fault = TOO_LONG
            raise StopIteration
        self.row.append(line)
        if len(self.row) > 1:
            self._length += len(line)
            if self._length > MAX_ROW or len(self.row) > MAX_LINES:
                self.fault = UNCLOSED
                raise StopIteration
        return line

    def next_row(self) -> None:
        self.row.clear()
        self._length = 0
        self.fault = ""

    def rewind(self) -> None:
        """Everything after the first line of this row comes once more."""
        self._again.extendleft(reversed(self.row[1:]))
        self.next_row()


def _rows(source: Iterator[str | None], dialect: type[csv.Dialect]) -> Iterator[Row | Broken]:
    feeder = _Feeder(source)
    number = 0
    while True:
        reader = csv.reader(feeder, dialect)
        fault = ""
        try:
            for cells in reader:
                if feeder.fault:
                    break
                if cells and not (len(cells) == 1 and not cells[0].strip()):
                    number += 1
                    yield _checked(number, cells)
                feeder.next_row()
        except csv.Error:
            fault = "de regel is geen CSV"
        if not (fault or feeder.fault or feeder.row):
            return
        number += 1
        alone = feeder.fault == TOO_LONG and not feeder.row
        yield Broken(number, fault or feeder.fault or UNCLOSED)
        if alone:
            feeder.next_row()
        else:
            feeder.rewind()


def _checked(number: int, cells: list[str]) -> Row | Broken:
    if len(cells) > MAX_COLUMNS:
        return Broken(number, f"de regel heeft meer dan {MAX_COLUMNS} kolommen")
    if not (joined := "".join(cells)).isascii() and _NOT_UTF8.search(joined):
        return Broken(number, "er staan tekens in die geen UTF-8 zijn")
    return Row(number, cells)


def explain_encoding(name: str, encoding: str) -> FileRefused:
    """What a person hears when the encoding written in sources.yaml does not fit the file."""
    return FileRefused(
        f"{name} is niet geschreven in {encoding}, zoals sources.yaml zegt.",
        "Haal `encoding` weg, dan herkent Luisterpost haar zelf, of verbeter haar.",
    )
