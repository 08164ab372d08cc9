"""Exports on disk: CSV, XLSX and JSON Lines, dropped in a folder by another system.

Without `columns` in sources.yaml a file waits until a person confirmed what its columns hold: once for each header. It stays where it is,
its rows unread; the cursor says that it waits, and the page "Bronnen" shows what is proposed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import model_validator

from ingest.entry import Entry, Reading
from ingest.errors import FileRefused, SourceError
from ingest.exports.columns import UTC_ZONE, Columns, Fields, Unreadable
from ingest.exports.export import Export, Header, Numbered
from ingest.exports.fetching import FOLDER, Fetch, Fetched, Https, Sftp, fetch_export, sweep
from ingest.outside.sftp import fetch_files
from ingest.page import Item, Page, Pseudonym, Rejected

PAGE_ROWS = 1_000
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
WAITS = (
    "{} wacht tot iemand bevestigt wat haar kolommen zijn.",
    "Open deze bron op de pagina Bronnen, bekijk het voorstel en bevestig het.",
)


class Files(Entry):
    """`kind: files`. `path` may hold wildcards and is relative to the data folder.

    Without `columns` a person confirms on the page "Bronnen" which column holds what.
    """

    kind: Literal["files"]
    pages_ahead: ClassVar[int] = 2
    path: str | None = None
    fetch: Fetch | None = None
    allow_private: bool = False
    columns: Columns | None = None
    encoding: str | None = None
    sheet: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Files":
        if (self.path is None) == (self.fetch is None):
            raise ValueError("noem of `path` (waar de bestanden staan) of `fetch` (waar ze gehaald worden)")
        return self

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """What is fetched first, if anything is; then the files that are here."""
        if self.fetch is None:
            yield from self._read_files(cursor, reading)
            return
        fetched, problem = self._fetch(Fetched.of(cursor), reading)
        now = {"fetched": fetched.written()}
        last = cursor
        for page in self._read_files(cursor, reading):
            last = page.cursor | now
            yield replace(page, cursor=last)
        if last != last | now:
            yield Page(last | now)
        if problem is not None:
            raise problem

    def _fetch(self, before: Fetched, reading: Reading) -> tuple[Fetched, SourceError | None]:
        """A server that refuses does not keep us from reading what is here."""
        folder = reading.data / FOLDER / self.id
        before = sweep(folder, before, timedelta(days=self.retention_days), reading.now)
        try:
            if isinstance(self.fetch, Sftp):
                return fetch_files(self.fetch, self.name, folder, before, reading.now.isoformat(), self.allow_private)
            if isinstance(self.fetch, Https):
                return fetch_export(self.fetch, self.name, folder, before, reading, self.allow_private), None
        except SourceError as error:
            return before, error
        return before, None

    def _read_files(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """The files that `path` names, oldest first; those read before cost a look at their size and time."""
        states = states_of(cursor)
        waiting = [path for state in states.values() if (path := _brought(state))]
        found = sorted((reading_order(path), path) for path in [*self.matching(reading.data), *waiting] if _is_export(path))
        names = {path.name for _, path in found}
        kept = {name: state for name, state in states.items() if name in names or (state.get("loaded") and not waits(state))}
        if any(waits(states[name]) for name in states.keys() - kept.keys()):
            yield Page({"files": kept})
        for _, path in found:
            for page in self.read_file(path, {"files": kept}, reading, loaded=path in waiting):
                kept = page.cursor["files"]
                yield page

    def read_file(self, path: Path, cursor: dict[str, Any], reading: Reading, loaded: bool = False) -> Iterator[Page]:
        """The rows of one file that were not read yet. A file that cannot be read is one page with its problem."""
        for page in self._read_file(path, cursor, reading, loaded):
            yield replace(page, cursor=cursor | page.cursor)

    def _read_file(self, path: Path, cursor: dict[str, Any], reading: Reading, loaded: bool) -> Iterator[Page]:
        states = states_of(cursor)
        name = path.name
        before = states.get(name, {})
        try:
            stat = path.stat()
            mapping = self._mapping(before.get("header"), reading)
            same_place = (before.get("size"), before.get("mtime"), before.get("mapping")) == (stat.st_size, stat.st_mtime_ns, mapping)
            if same_place and waits(before) and before["waits"] == _asked(reading):
                raise _waits(name)
            if same_place and before.get("done"):
                if loaded:
                    yield Page(cursor, known=before["rows"])
                return
            export = Export.open(path, self.encoding, self.sheet)
            header = None if self.columns else export.header()
            columns = self.columns or (self._confirmed(header, export.of_objects, reading) if header else None)
            state: dict[str, Any] = {"size": stat.st_size, "mtime": stat.st_mtime_ns, "hash": export.inspected.digest}
            state |= {"loaded": True} if loaded or before.get("loaded") else {}
            if header:
                state["header"] = digest_of(header.headings)
            state["mapping"] = self._mapping(state.get("header"), reading)
            if header and columns is None:
                waiting = state | {"waits": _asked(reading), "row": 0, "rows": 0} | ({"path": str(path)} if loaded else {})
                yield Page({"files": states | {name: waiting}}, problem=self._named(_waits(name)))
                return
            same = (before.get("hash"), before.get("mapping")) == (state["hash"], state["mapping"])
            state |= {"row": before["row"], "rows": before["rows"]} if same else {"row": 0, "rows": 0}
            if columns is None or (same and before.get("done")):
                yield Page({"files": states | {name: state | {"done": True}}}, known=before["rows"] if loaded and before else 0)
                return
            yield from self._pages(export, columns, states, state, reading)
        except FileRefused as refused:
            yield Page({"files": states}, problem=self._named(refused))
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
        """What `path` means now; what was fetched, where there is none."""
        if self.path is None:
            return (data / FOLDER / self.id).glob("*")
        pattern = Path(self.path)
        return Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))) if pattern.is_absolute() else data.glob(self.path)

    def _mapping(self, header: str | None, reading: Reading) -> str:
        """Changes when this entry would read a file with this header differently."""
        written = self.model_dump_json(include={"columns", "encoding", "sheet", "medium"})
        if self.columns is None and header is not None:
            confirmed = reading.mappings().get(header)
            written += f" {confirmed.id}" if confirmed else " unconfirmed"
        return blake2b(written.encode(), digest_size=8).hexdigest()

    def _confirmed(self, header: Header, of_objects: bool, reading: Reading) -> Columns | None:
        """What a person confirmed for these headings. An object may leave names out, so for objects the mapping of more headings does."""
        mappings = reading.mappings()
        if mapping := mappings.get(digest_of(header.headings)):
            return Columns.model_validate(mapping.columns)
        if of_objects:
            for known in mappings.values():
                columns = Columns.model_validate(known.columns)
                if set(header.headings) <= set(known.headings) and columns.date in header.headings:
                    return columns
        return None

    def _named(self, refused: FileRefused) -> FileRefused:
        return FileRefused(f"{self.name}: {refused.message}", refused.mend)

    def _pages(self, export: Export, columns: Columns, states: dict[str, Any], state: dict[str, Any], reading: Reading) -> Iterator[Page]:
        name = export.name
        fresh = state["row"] == 0
        zone = columns.zone(reading.zone)
        rows = (row for row in export.named(columns) if row[0] > state["row"])
        while batch := list(islice(rows, PAGE_ROWS)):
            items, rejected = self._sort_out(name, batch, zone)
            state = state | {"row": batch[-1][0], "rows": state["rows"] + len(batch)}
            yield Page({"files": states | {name: state}}, items, rejected, restarts=name if fresh else None)
            fresh = False
        yield Page({"files": states | {name: state | {"done": True}}}, restarts=name if fresh else None)

    def _sort_out(self, name: str, batch: Iterable[Numbered], zone: ZoneInfo) -> tuple[list[Item], list[Rejected]]:
        items, rejected = [], []
        for number, found in batch:
            try:
                if isinstance(found, str):
                    raise Unreadable(found)
                items.append(found.item(zone, self.medium))
            except Unreadable as error:
                kept: dict[str, Any] = {"file": name, "row": number} | ({"utc": True} if zone is UTC_ZONE else {})
                kept |= {"fields": _plain(found)} if isinstance(found, Fields) else {}
                rejected.append(Rejected(f"{name}, rij {number}", str(error), kept))
        return items, rejected

    def _again_from_file(self, path: Path, rows: dict[int, Rejected], cursor: dict[str, Any], reading: Reading) -> Page:
        try:
            export = Export.open(path, self.encoding, self.sheet)
            header = None if self.columns else export.header()
            columns = self.columns or (self._confirmed(header, export.of_objects, reading) if header else None)
            if columns is None:
                raise _waits(path.name)
            found = [(number, value) for number, value in export.named(columns) if number in rows]
        except FileRefused as refused:
            return Page(cursor, problem=self._named(refused))
        items, rejected = self._sort_out(path.name, found, columns.zone(reading.zone))
        return Page(cursor, items, rejected, settled=_settled(rows.values(), rejected))

    def _again_from_kept(self, rows: Iterable[Rejected], cursor: dict[str, Any], reading: Reading) -> Page:
        items, rejected = [], []
        for row in rows:
            zone = UTC_ZONE if row.item.get("utc") else reading.zone
            found, still = self._sort_out(str(row.item.get("file")), [(int(row.item.get("row", 0)), kept_fields(row) or row.reason)], zone)
            items += found
            rejected += still
        return Page(cursor, items, rejected, settled=_settled(rows, rejected))


def digest_of(headings: Iterable[str]) -> str:
    """Names a header: the same headings in another order are the same header."""
    return blake2b("\x1f".join(sorted(headings)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def waits(state: dict[str, Any]) -> bool:
    """Whether the file with this state in the cursor waits for a person."""
    return "waits" in state


def _asked(reading: Reading) -> int:
    """The last thing that was confirmed when a file was found to wait: with a newer one it is looked at again."""
    return max((mapping.id for mapping in reading.mappings().values()), default=0)


def _waits(name: str) -> FileRefused:
    return FileRefused(WAITS[0].format(name), WAITS[1])


def _brought(state: dict[str, Any]) -> Path | None:
    """Where a file stands that a person brought by hand and that waits; None where it is gone."""
    path = Path(state["path"]) if waits(state) and state.get("path") else None
    return path if path and path.is_file() else None


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


def states_of(cursor: dict[str, Any]) -> dict[str, Any]:
    """What is known of each file, by name."""
    return dict(cursor.get("files", {}))


def _is_export(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "~$")) and path.suffix.lower() not in UNFINISHED


def _plain(fields: Fields) -> dict[str, str]:
    return {name: str(value)[:10_000] for name, value in fields.values.items() if value is not None}
