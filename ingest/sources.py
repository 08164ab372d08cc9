"""sources.yaml: what is listened to, why, on what ground, how long it is kept and for whom."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ingest.entry import Entry
from ingest.errors import FileRefused, RequestRefused, SourceError, UnknownSource
from ingest.kinds.feed import Feed
from ingest.kinds.files import Files
from ingest.kinds.mastodon import Mastodon
from models import Source
from models.configuration import ConfigurationError, line_of, read_yaml

__all__ = [
    "Entry",
    "FileRefused",
    "RequestRefused",
    "SourceEntry",
    "SourceError",
    "UnknownSource",
    "find_source",
    "load_sources",
    "synchronise_sources",
]

FILE = "sources.yaml"
SourceEntry = Annotated[Files | Feed | Mastodon, Field(discriminator="kind")]
"""Every kind of source: a new one is a module in `ingest.kinds` and its name in this line."""
_ENTRY: TypeAdapter[Files | Feed | Mastodon] = TypeAdapter(SourceEntry)


class _Listed(BaseModel):
    """The file before its entries are looked at one by one: a mistake in one source is no reason to leave the others."""

    sources: list[dict[str, Any]]


def load_sources(folder: Path) -> list[Files | Feed | Mastodon]:
    """All sources of a municipality.

    Raises:
        ConfigurationError: the file is missing or an entry does not fit; each mistake names file, line, source and what was expected.
    """
    path = folder / FILE
    entries, mistakes = [], []
    for index, written in enumerate(_written(path)):
        try:
            entries.append(_ENTRY.validate_python(written))
        except ValidationError as error:
            mistakes += _say(path, index, written, error)
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            mistakes.append(f"{path}: bron {entry.id}: staat er twee keer. Geef elke bron een eigen id.")
        seen.add(entry.id)
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return entries


def find_source(folder: Path, source_id: str) -> Files | Feed | Mastodon:
    """One source, whatever is the matter with the others.

    Raises:
        UnknownSource: it is not in the file.
        ConfigurationError: the file or this entry cannot be used.
    """
    path = folder / FILE
    written = _written(path)
    for index, entry in enumerate(written):
        if entry.get("id") == source_id:
            try:
                return _ENTRY.validate_python(entry)
            except ValidationError as error:
                raise ConfigurationError("\n".join(_say(path, index, entry, error))) from error
    known = ", ".join(str(entry.get("id")) for entry in written)
    raise UnknownSource(f"De bron {source_id!r} staat niet in {path}.", f"Kies uit: {known}.")


def synchronise_sources(session: Session, entries: Sequence[Entry]) -> None:
    """Make the table say what the file says. What has left the file stays, inactive: messages refer to it."""
    described = ("name", "kind", "channel", "purpose", "legal_basis", "retention_days", "audience", "active")
    values = [{"id": e.id, "kind": e.kind_name} | {name: getattr(e, name) for name in described if name != "kind"} for e in entries]
    if values:
        statement = insert(Source).values(values)
        session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={name: statement.excluded[name] for name in described}))
    session.execute(update(Source).where(Source.id.not_in([entry.id for entry in entries])).values(active=False))


def _written(path: Path) -> list[dict[str, Any]]:
    return read_yaml(path, _Listed).sources


def _say(path: Path, index: int, written: dict[str, Any], error: ValidationError) -> list[str]:
    """One line for each mistake: file, line, source, field and what was expected."""
    tree = YAML(typ="rt").load(path.read_bytes().decode("utf-8", errors="replace"))
    name = str(written.get("id") or f"nummer {index + 1}")
    lines = []
    for mistake in error.errors():
        steps = [step for step in mistake["loc"] if step != written.get("kind")] or ["kind"]
        field = ".".join(map(str, steps))
        lines.append(f"{path}, regel {line_of(tree, ['sources', index, *steps])}: bron {name}: {field}: {_expected(mistake)}")
    return lines


def _expected(mistake: Any) -> str:
    match mistake["type"]:
        case "missing":
            return "ontbreekt. Vul het in."
        case "extra_forbidden":
            return "is geen bekend veld. Kijk naar de spelling, of haal het weg."
        case "union_tag_invalid" | "union_tag_not_found":
            return "welke soort bron is dit? Kies uit files, feed of mastodon."
        case "string_too_short":
            return "is leeg of te kort. Schrijf het uit."
        case "value_error":
            return f"{mistake['ctx']['error']}."
        case _:
            return f"{mistake['msg']}."
