"""Exports on disk: CSV, XLSX and JSON Lines, dropped in a folder by another system."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from ingest.columns import Columns, Fields, Missing, Unreadable, missing, propose
from ingest.entry import Entry, Reading
from ingest.errors import FileRefused
from ingest.page import Item, Page, Pseudonym, Rejected
from ingest.rows.delimited import explain_encoding, read_delimited
from ingest.rows.encoding import ZIP, Inspected, inspect, refuse_binary
from ingest.rows.jsonlines import read_jsonlines, value_at
from ingest.rows.row import Broken, Object, Row
from ingest.rows.workbook import read_workbook

PAGE_ROWS = 1_000
HEADER_WITHIN = 10
"""Some exports have a title above their headings."""
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class Files(Entry):
    """`kind: files`. `path` may hold wildcards and is relative to the data folder.

    `columns` may be left out where the headings are well known.
    """

    kind: Literal["files"]
    path: str
    columns: Columns | None = None
    encoding: str | None = None
    sheet: str | None = None

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """The files that `path` names, oldest first; those read before cost a look at their size and time."""
        found = sorted((reading_order(path), path) for path in self.matching(reading.data) if _is_export(path))
        kept = {name: state for name, state in _states(cursor).items() if state.get("loaded") or name in {path.name for _, path in found}}
        for _, path in found:
            for page in self.read_file(path, {"files": kept}, reading):
                kept = page.cursor["files"]
                yield page

    def read_file(self, path: Path, cursor: dict[str, Any], reading: Reading, loaded: bool = False) -> Iterator[Page]:
        """The rows of one file that were not read yet. A file that cannot be read is one page with its problem."""
        states = _states(cursor)
        name = path.name
        before = states.get(name, {})
        try:
            stat = path.stat()
            same_place = (before.get("size"), before.get("mtime"), before.get("mapping")) == (stat.st_size, stat.st_mtime_ns, self.mapping)
            if same_place and before.get("done"):
                if loaded:
                    yield Page(cursor, known=before["rows"])
                return
            inspected = inspect(path)
            same = (before.get("hash"), before.get("mapping")) == (inspected.digest, self.mapping)
            state = {"size": stat.st_size, "mtime": stat.st_mtime_ns, "hash": inspected.digest, "mapping": self.mapping}
            state |= {"row": before["row"], "rows": before["rows"]} if same else {"row": 0, "rows": 0}
            state |= {"loaded": True} if loaded or before.get("loaded") else {}
            if same and before.get("done"):
                yield Page({"files": states | {name: state | {"done": True}}}, known=before["rows"] if loaded else 0)
                return
            yield from self._pages(path, inspected, states, state, reading)
        except FileRefused as refused:
            yield Page({"files": states}, problem=FileRefused(f"{self.name}: {refused.message}", refused.mend))
        except OSError as error:
            problem = FileRefused(
                f"{self.name}: {name} kan niet gelezen worden ({error.strerror}).", "Kijk naar de rechten op het bestand."
            )
            yield Page({"files": states}, problem=problem)

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """From the file itself where it still stands there, else from what was kept of the row."""
        wanted: dict[str, dict[int, Rejected]] = {}
        for row in rejected:
            wanted.setdefault(str(row.item.get("file")), {})[int(row.item.get("row", 0))] = row
        for name, rows in wanted.items():
            path = next((p for p in self.matching(reading.data) if p.name == name), None)
            yield self._again_from_file(path, rows, cursor, reading) if path else self._again_from_kept(rows.values(), cursor, reading)

    def matching(self, data: Path) -> Iterator[Path]:
        """What `path` means now."""
        pattern = Path(self.path)
        return Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))) if pattern.is_absolute() else data.glob(self.path)

    @property
    def mapping(self) -> str:
        """Changes when this entry would read the same file differently."""
        written = self.model_dump_json(include={"columns", "encoding", "sheet", "medium"})
        return blake2b(written.encode(), digest_size=8).hexdigest()

    def rows(self, path: Path, inspected: Inspected) -> Iterator[Row | Object | Broken]:
        """The rows of a file, whichever format it turns out to have."""
        if inspected.head.startswith(ZIP):
            return read_workbook(path, path.name, self.sheet)
        if inspected.head.startswith(OLD_EXCEL):
            raise FileRefused(
                f"{path.name} is een oud Excel-bestand (.xls) of met een wachtwoord beveiligd.",
                "Sla het op als .xlsx of CSV, zonder wachtwoord.",
            )
        refuse_binary(inspected, path.name)
        encoding = self.encoding or inspected.encoding
        read = read_jsonlines if _looks_like_json(inspected) else read_delimited
        return self._explaining(read(path, encoding, self.encoding is not None, path.name), path.name)

    def _explaining(self, rows: Iterable[Row | Object | Broken], name: str) -> Iterator[Row | Object | Broken]:
        try:
            yield from rows
        except UnicodeError as error:
            raise explain_encoding(name, self.encoding or "de herkende codering") from error

    def _pages(self, path: Path, inspected: Inspected, states: dict[str, Any], state: dict[str, Any], reading: Reading) -> Iterator[Page]:
        rows = self.named(self.rows(path, inspected), path.name, inspected)
        fresh = state["row"] == 0
        rows = (row for row in rows if row[0] > state["row"])
        while batch := list(islice(rows, PAGE_ROWS)):
            items, rejected = self._sort_out(path.name, batch, reading)
            state = state | {"row": batch[-1][0], "rows": state["rows"] + len(batch)}
            yield Page({"files": states | {path.name: state}}, items, rejected, restarts=path.name if fresh else None)
            fresh = False
        yield Page({"files": states | {path.name: state | {"done": True}}}, restarts=path.name if fresh else None)

    def _sort_out(self, name: str, batch: Iterable[tuple[int, Fields | str]], reading: Reading) -> tuple[list[Item], list[Rejected]]:
        items, rejected = [], []
        for number, found in batch:
            try:
                if isinstance(found, str):
                    raise Unreadable(found)
                items.append(found.item(reading.zone, self.medium))
            except Unreadable as error:
                kept = {"file": name, "row": number} | ({"fields": _plain(found)} if isinstance(found, Fields) else {})
                rejected.append(Rejected(f"{name}, rij {number}", str(error), kept))
        return items, rejected

    def named(self, rows: Iterator[Row | Object | Broken], name: str, inspected: Inspected) -> Iterator[tuple[int, Fields | str]]:
        """(row number, values by field, or why there are none).

        Raises:
            FileRefused: the headings that are needed are not there.
        """
        if _looks_like_json(inspected):
            yield from self._named_objects(rows, name)
        else:
            yield from self._named_cells(rows, name)

    def _named_cells(self, rows: Iterator[Row | Object | Broken], name: str) -> Iterator[tuple[int, Fields | str]]:
        top = list(islice(rows, HEADER_WITHIN))
        if not top:
            return
        at, header, columns = self._header(top, name)
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

    def _header(self, top: Sequence[Row | Object | Broken], name: str) -> tuple[int, list[str], Columns]:
        """Where among the top rows the headings stand, and what they mean."""
        first: list[str] = []
        lacking: list[str] = []
        for at, row in enumerate(top):
            if not isinstance(row, Row):
                continue
            header = _headings(row.cells)
            columns = self.columns or propose(header)
            lacks = columns.headings if isinstance(columns, Missing) else missing(columns, header)
            if not lacks and isinstance(columns, Columns):
                return at, header, columns
            if len([h for h in header if h]) > len([h for h in first if h]):
                first, lacking = header, lacks
        unreadable = next((row.reason for row in top if isinstance(row, Broken)), None)
        if not first and unreadable:
            raise FileRefused(
                f"{name} heeft geen kop die te lezen is: {unreadable}.",
                "Open het bestand en kijk naar de eerste regel, of vraag een nieuwe export.",
            )
        raise _no_header(name, first, lacking, self.columns is not None)

    def _named_objects(self, rows: Iterator[Row | Object | Broken], name: str) -> Iterator[tuple[int, Fields | str]]:
        columns = self.columns
        for row in rows:
            if not isinstance(row, Object):
                yield row.number, row.reason if isinstance(row, Broken) else "de regel is geen JSON-object"
                continue
            if columns is None:
                columns = _proposed_for_objects(name, row.values)
            texts = [value_at(row.values, heading) for field, heading in columns.headings if field == "text"]
            values = {field: value_at(row.values, heading) for field, heading in columns.headings if field != "text"}
            yield row.number, Fields(values | {"text": _joined(texts)})

    def _again_from_file(self, path: Path, rows: dict[int, Rejected], cursor: dict[str, Any], reading: Reading) -> Page:
        try:
            inspected = inspect(path)
            found = [(number, value) for number, value in self.named(self.rows(path, inspected), path.name, inspected) if number in rows]
        except FileRefused as refused:
            return Page(cursor, problem=FileRefused(f"{self.name}: {refused.message}", refused.mend))
        items, rejected = self._sort_out(path.name, found, reading)
        return Page(cursor, items, rejected, settled=_settled(rows.values(), rejected))

    def _again_from_kept(self, rows: Iterable[Rejected], cursor: dict[str, Any], reading: Reading) -> Page:
        batch = [(int(row.item.get("row", 0)), kept_fields(row) or row.reason) for row in rows]
        name = next((str(row.item.get("file")) for row in rows), "")
        items, rejected = self._sort_out(name, batch, reading)
        return Page(cursor, items, rejected, settled=_settled(rows, rejected))


@dataclass(frozen=True, order=True)
class _Order:
    mtime: int
    name: str


def reading_order(path: Path) -> _Order:
    """Oldest first, so that a newer export has the last word."""
    return _Order(path.stat().st_mtime_ns, path.name)


def kept_fields(row: Rejected) -> Fields | None:
    """The values that were kept of a rejected row; its author is a pseudonym already."""
    fields = row.item.get("fields")
    if not isinstance(fields, dict):
        return None
    author = fields.get("author")
    return Fields(fields | ({"author": Pseudonym(author["pseudonym"])} if isinstance(author, dict) else {}))


def _settled(rows: Iterable[Rejected], rejected: Sequence[Rejected]) -> list[str]:
    still = {row.location for row in rejected}
    return [row.location for row in rows if row.location not in still]


def _states(cursor: dict[str, Any]) -> dict[str, Any]:
    return dict(cursor.get("files", {}))


def _is_export(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "~$")) and path.suffix.lower() not in UNFINISHED


def _looks_like_json(inspected: Inspected) -> bool:
    if inspected.head.startswith(ZIP):
        return False
    return inspected.head.decode(inspected.encoding, errors="replace").lstrip("\ufeff \t\r\n").startswith("{")


def _headings(cells: Sequence[Any]) -> list[str]:
    """The headings without the empty cells behind them."""
    header = ["" if cell is None else str(cell).strip().lstrip("\ufeff") for cell in cells]
    while header and not header[-1]:
        header.pop()
    return header


def _joined(parts: Iterable[Any]) -> str:
    return "\n".join(text for part in parts if part is not None and (text := str(part).strip()))


def _plain(fields: Fields) -> dict[str, str]:
    return {name: str(value)[:10_000] for name, value in fields.values.items() if value is not None}


def _proposed_for_objects(name: str, values: dict[str, Any]) -> Columns:
    columns = propose(list(values))
    if isinstance(columns, Missing):
        raise _no_header(name, list(values), columns.headings, mapped=False)
    return columns


def _no_header(name: str, header: Sequence[str], lacking: Sequence[str], mapped: bool) -> FileRefused:
    present = ", ".join(h for h in header if h)[:300] or "geen"
    if mapped:
        return FileRefused(
            f"{name} mist de kolom {', '.join(map(repr, lacking))}. Wel gevonden: {present}.",
            "Verbeter `columns` in sources.yaml, of vraag een export met die kolom.",
        )
    return FileRefused(
        f"{name}: Luisterpost herkent de kolom met {' en '.join(lacking) or 'de tekst'} niet. Gevonden: {present}.",
        "Schrijf in sources.yaml onder `columns` welke kolom de tekst (text) en de datum (date) bevat.",
    )
