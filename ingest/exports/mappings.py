"""Exports that wait for a person: what is proposed for their columns, how their rows would be stored so, and the confirmation.

Nothing of a waiting file is stored: what the page shows is read from the file at that moment, and masked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from ingest.errors import FileRefused
from ingest.exports.columns import Columns, Fields, Unreadable
from ingest.exports.export import Export, Header
from ingest.exports.proposal import Proposal, propose
from ingest.kinds.files import Files, digest_of, states_of, waits
from ingest.page import Item
from ingest.run import surroundings
from ingest.setup.preview import Shown, as_stored
from models import Source
from models.column_mapping import ColumnMapping, mappings_of

ROWS = 3
LOOKED_AT = 50


class MappingError(Exception):
    """A mapping cannot be confirmed; the message is for the person who tried."""


@dataclass(frozen=True)
class Waiting:
    """A file that waits, its headings and what is chosen of them. `lacks` is what it cannot be read without.

    `rows` are its first rows as they would be stored; `unreadable` says of rows among them that would be set aside why.
    `changed`: this source had another header before.
    """

    name: str
    header: str
    headings: tuple[str, ...]
    chosen: Mapping[str, str | list[str]]
    utc: bool
    lacks: Sequence[str]
    rows: Sequence[Shown]
    unreadable: Sequence[str]
    files: int
    changed: bool


def names_waiting(source: Source) -> list[str]:
    """The files of a source that wait: one of each header, the first to come."""
    firsts: dict[str, str] = {}
    for name, state in states_of(source.cursor).items():
        if waits(state):
            firsts.setdefault(str(state["header"]), name)
    return list(firsts.values())


def waiting(session: Session, entry: Files, source: Source, name: str, chosen: Mapping[str, Any] | None, now: datetime) -> Waiting:
    """A waiting file as its mapping would have it: the one proposed, or the one `chosen` (headings by field, and `utc`).

    Raises:
        FileRefused: it is not there any more, or can no longer be read.
    """
    reading, border = surroundings(entry, now)
    states = states_of(source.cursor)
    export = _open(entry, states.get(name, {}), name, reading.data)
    header = _header(export)
    proposal = _of_person(chosen, header) if chosen is not None else propose(header.headings, header.samples, reading.zone)
    items, unreadable = _first(export, proposal, reading.zone, entry.medium)
    digest = digest_of(header.headings)
    return Waiting(
        name=name,
        header=digest,
        headings=header.headings,
        chosen=proposal.columns,
        utc=proposal.utc,
        lacks=proposal.lacks,
        rows=as_stored(entry, items, border, now)[:ROWS],
        unreadable=unreadable,
        files=sum(waits(state) and state["header"] == digest for state in states.values()),
        changed=bool(mappings_of(session, source.id)),
    )


def confirm(
    session: Session, entry: Files, source: Source, name: str, header: str, chosen: Mapping[str, Any], account_id: int, now: datetime
) -> None:
    """Remember that these columns hold what `chosen` says, for every file of this source with this header: they are read from now on.

    Raises:
        MappingError: something is missing, or the file is no longer the one that the person saw.
        FileRefused: the file is not there any more.
    """
    reading, _ = surroundings(entry, now)
    found = _header(_open(entry, states_of(source.cursor).get(name, {}), name, reading.data))
    if digest_of(found.headings) != header:
        raise MappingError(f"{name} heeft intussen andere kolommen. Bekijk het voorstel opnieuw; er is niets bevestigd.")
    columns = _columns(_of_person(chosen, found))
    if columns is None:
        raise MappingError("Kies in welke kolom de tekst staat en in welke de datum. Zonder die twee kan het bestand niet gelezen worden.")
    session.add(
        ColumnMapping(
            source_id=source.id,
            header=header,
            headings=list(found.headings),
            columns=columns.model_dump(exclude_none=True, exclude_defaults=True),
            account_id=account_id,
            confirmed_at=now,
        )
    )


def _open(entry: Files, state: Mapping[str, Any], name: str, data: Path) -> Export:
    brought = [Path(state["path"])] if state.get("path") else []
    path = next((path for path in (*brought, *entry.matching(data)) if path.name == name and path.is_file()), None)
    if path is None or not waits(dict(state)):
        raise FileRefused(f"{name} wacht niet meer.", "Het bestand is al gelezen of weggehaald. Kijk op de pagina van de bron.")
    return Export.open(path, entry.encoding, entry.sheet)


def _header(export: Export) -> Header:
    header = export.header()
    if header is None:
        raise FileRefused(f"{export.name} is nu leeg.", "Lever het bestand opnieuw aan.")
    return header


def _of_person(chosen: Mapping[str, Any], header: Header) -> Proposal:
    """What a form says, without what is no heading of this file."""
    present = set(header.headings)
    texts = [heading for heading in chosen.get("text", []) if heading in present]
    rest = {field: chosen[field] for field in Columns.model_fields if field not in ("text", "utc") and chosen.get(field) in present}
    text: dict[str, str | list[str]] = {"text": texts[0] if len(texts) == 1 else texts} if texts else {}
    return Proposal(text | rest, bool(chosen.get("utc")))


def _columns(proposal: Proposal) -> Columns | None:
    try:
        return Columns.model_validate(dict(proposal.columns) | {"utc": proposal.utc})
    except ValidationError:
        return None


def _first(export: Export, proposal: Proposal, here: Any, medium: str) -> tuple[list[Item], list[str]]:
    columns = _columns(proposal)
    items: list[Item] = []
    unreadable: list[str] = []
    if columns is None:
        return items, unreadable
    for number, found in islice(export.named(columns), LOOKED_AT):
        try:
            if not isinstance(found, Fields):
                raise Unreadable(found)
            items.append(found.item(columns.zone(here), medium))
        except Unreadable as error:
            unreadable.append(f"rij {number}: {error}")
        if len(items) == ROWS:
            break
    return items, unreadable[:ROWS]
