"""One export file: its rows whatever its format, the headings above them, and the rows with their values named."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ingest.errors import FileRefused
from ingest.exports.columns import Columns, Fields, missing
from ingest.exports.rows.delimited import explain_encoding, read_delimited
from ingest.exports.rows.encoding import ZIP, Inspected, inspect, refuse_binary
from ingest.exports.rows.jsonlines import read_jsonlines, value_at
from ingest.exports.rows.row import Broken, Object, Row
from ingest.exports.rows.workbook import read_workbook
from ingest.privacy import mask

HEADER_WITHIN = 10
"""Some exports have a title above their headings."""
LONGEST_HEADING = 80
SAMPLE = 50
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
AnyRow = Row | Object | Broken
Numbered = tuple[int, Fields | str]


@dataclass(frozen=True)
class Header:
    """The headings of a file that nobody mapped yet, and its first rows: values by heading, unmasked."""

    headings: tuple[str, ...]
    samples: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Export:
    """A file and how sources.yaml says to read it, where it says so."""

    path: Path
    inspected: Inspected
    encoding: str | None = None
    sheet: str | None = None

    @classmethod
    def open(cls, path: Path, encoding: str | None = None, sheet: str | None = None) -> "Export":
        """Reads the file once, for its hash and its encoding.

        Raises:
            OSError: it cannot be read.
        """
        return cls(path, inspect(path), encoding, sheet)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def of_objects(self) -> bool:
        """Whether it is JSON Lines; else it is a table."""
        head = self.inspected.head
        return not head.startswith(ZIP) and head.decode(self.inspected.encoding, errors="replace").lstrip("\ufeff \t\r\n").startswith("{")

    def rows(self) -> Iterator[AnyRow]:
        """The rows, in whichever format they turn out to be.

        Raises:
            FileRefused: it is damaged, too large, or in a format that we do not read.
        """
        if self.inspected.head.startswith(ZIP):
            return read_workbook(self.path, self.name, self.sheet)
        if self.inspected.head.startswith(OLD_EXCEL):
            raise FileRefused(
                f"{self.name} is een oud Excel-bestand (.xls) of met een wachtwoord beveiligd.",
                "Sla het op als .xlsx of CSV, zonder wachtwoord.",
            )
        refuse_binary(self.inspected, self.name)
        read = read_jsonlines if self.of_objects else read_delimited
        return self._explaining(read(self.path, self.encoding or self.inspected.encoding, self.encoding is not None, self.name))

    def header(self) -> Header | None:
        """The headings with some rows below them; None for an empty file.

        Raises:
            FileRefused: no row among the first looks like headings.
        """
        top = list(islice(self.rows(), HEADER_WITHIN + SAMPLE))
        if not top:
            return None
        return _keys(top) if self.of_objects else _heading_row(top, self.name)

    def named(self, columns: Columns) -> Iterator[Numbered]:
        """(row number, values by field, or why there are none).

        Raises:
            FileRefused: the headings that are needed are not there.
        """
        return _named_objects(self.rows(), columns) if self.of_objects else _named_cells(self.rows(), columns, self.name)

    def _explaining(self, rows: Iterable[AnyRow]) -> Iterator[AnyRow]:
        try:
            yield from rows
        except UnicodeError as error:
            raise explain_encoding(self.name, self.encoding or "de herkende codering") from error


def looks_like_heading(cell: str) -> bool:
    """Whether this may be the name of a column: short, with a letter in it, and nothing personal."""
    return len(cell) <= LONGEST_HEADING and any(c.isalpha() for c in cell) and "://" not in cell and mask(cell).text == cell


def _heading_row(top: Sequence[AnyRow], name: str) -> Header:
    """The row with most headings: a title above them has fewer cells, and rows below them have no more."""
    best: list[str] = []
    at = -1
    for index, row in enumerate(top[:HEADER_WITHIN]):
        header = _headings(row.cells) if isinstance(row, Row) else []
        filled = [heading for heading in header if heading]
        if len(filled) > len([h for h in best if h]) and all(map(looks_like_heading, filled)) and len(set(filled)) == len(filled):
            best, at = header, index
    if not best:
        unreadable = next((f": {row.reason}" for row in top if isinstance(row, Broken)), "")
        raise FileRefused(
            f"{name} heeft geen kop die te lezen is{unreadable}.",
            "Open het bestand en kijk naar de eerste regel, of vraag een export met daar de namen van de kolommen.",
        )
    below = [row for row in top[at + 1 :] if isinstance(row, Row)][:SAMPLE]
    return Header(
        tuple(heading for heading in best if heading),
        tuple({h: row.cells[place] for place, h in enumerate(best) if h and place < len(row.cells)} for row in below),
    )


def _keys(top: Sequence[AnyRow]) -> Header:
    """The names in the first objects, those inside an object with a dot."""
    objects = [_flat(row.values) for row in top if isinstance(row, Object)]
    return Header(tuple(dict.fromkeys(key for found in objects for key in found)), tuple(objects))


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": found for inner, found in value.items() if not isinstance(found, dict | list)}
        elif not isinstance(value, list):
            flat[key] = value
    return {key: value for key, value in flat.items() if looks_like_heading(key)}


def _named_cells(rows: Iterator[AnyRow], columns: Columns, name: str) -> Iterator[Numbered]:
    top = list(islice(rows, HEADER_WITHIN))
    if not top:
        return
    at, header = _find(top, columns, name)
    places = [(field, header.index(heading)) for field, heading in columns.headings]
    texts, width = [place for field, place in places if field == "text"], len(header)
    single = [(field, place) for field, place in places if field != "text"]
    needed = max(*texts, header.index(columns.date))
    for row in chain(top[at + 1 :], rows):
        if not isinstance(row, Row):
            yield row.number, row.reason if isinstance(row, Broken) else "de regel is geen tabelrij"
            continue
        cells = row.cells
        if len(cells) > width and any(cell not in (None, "") for cell in cells[width:]):
            yield (
                row.number,
                f"de regel heeft {len(cells)} velden en de kop {width}; zet tekst met een scheidingsteken tussen aanhalingstekens",
            )
        elif len(cells) <= needed:
            yield row.number, f"de regel heeft {len(cells)} velden en de kop {width}"
        else:
            values = {field: cells[place] for field, place in single if place < len(cells)}
            values["text"] = cells[texts[0]] if len(texts) == 1 else _joined(cells[place] for place in texts)
            yield row.number, Fields(values)


def _find(top: Sequence[AnyRow], columns: Columns, name: str) -> tuple[int, list[str]]:
    """Where among the top rows the mapped headings stand."""
    fullest: list[str] = []
    for at, row in enumerate(top):
        header = _headings(row.cells) if isinstance(row, Row) else []
        if header and not missing(columns, header):
            return at, header
        if len([h for h in header if h]) > len([h for h in fullest if h]):
            fullest = header
    unreadable = next((row.reason for row in top if isinstance(row, Broken)), None)
    if not fullest and unreadable:
        raise FileRefused(
            f"{name} heeft geen kop die te lezen is: {unreadable}.",
            "Open het bestand en kijk naar de eerste regel, of vraag een nieuwe export.",
        )
    present = ", ".join(h for h in fullest if h)[:300] or "geen"
    raise FileRefused(
        f"{name} mist de kolom {', '.join(map(repr, missing(columns, fullest)))}. Wel gevonden: {present}.",
        "Verbeter `columns` in sources.yaml, of vraag een export met die kolom.",
    )


def _named_objects(rows: Iterator[AnyRow], columns: Columns) -> Iterator[Numbered]:
    for row in rows:
        if not isinstance(row, Object):
            yield row.number, row.reason if isinstance(row, Broken) else "de regel is geen JSON-object"
            continue
        texts = [value_at(row.values, heading) for field, heading in columns.headings if field == "text"]
        values = {field: value_at(row.values, heading) for field, heading in columns.headings if field != "text"}
        yield row.number, Fields(values | {"text": _joined(texts)})


def _headings(cells: Sequence[Any]) -> list[str]:
    """The headings without the empty cells behind them."""
    header = ["" if cell is None else str(cell).strip().lstrip("\ufeff") for cell in cells]
    while header and not header[-1]:
        header.pop()
    return header


def _joined(parts: Iterable[Any]) -> str:
    return "\n".join(text for part in parts if part is not None and (text := str(part).strip()))
