"""sources.yaml: what is listened to, why, on what ground, how long it is kept and for whom."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ingest.entry import Entry
from ingest.errors import FileRefused, RequestRefused, SourceError, UnknownSource
from ingest.kinds.bluesky import Bluesky
from ingest.kinds.chatwoot import Chatwoot
from ingest.kinds.consul import Consul
from ingest.kinds.decidim import Decidim
from ingest.kinds.facebook import Facebook
from ingest.kinds.feed import Feed
from ingest.kinds.files import Files
from ingest.kinds.govocal import GoVocal
from ingest.kinds.instagram import Instagram
from ingest.kinds.klantinteracties import Klantinteracties
from ingest.kinds.mailbox import Mailbox
from ingest.kinds.mastodon import Mastodon
from ingest.kinds.reddit import Reddit
from ingest.kinds.signalen import Signalen
from ingest.kinds.topdesk import Topdesk
from ingest.kinds.webform import WebForm
from ingest.kinds.x import X
from ingest.kinds.youtube import YouTube
from ingest.kinds.zammad import Zammad
from models import Source
from models.configuration import ConfigurationError, line_of, read_yaml

__all__ = [
    "Entry",
    "FileRefused",
    "RequestRefused",
    "SourceEntry",
    "SourceError",
    "UnknownSource",
    "explain",
    "find_source",
    "kinds",
    "load_sources",
    "synchronise_sources",
]

FILE = "sources.yaml"
SourceEntry: tuple[type[Entry], ...] = (
    Bluesky,
    Chatwoot,
    Consul,
    Decidim,
    Facebook,
    Feed,
    Files,
    GoVocal,
    Instagram,
    Klantinteracties,
    Mailbox,
    Mastodon,
    Reddit,
    Signalen,
    Topdesk,
    WebForm,
    X,
    YouTube,
    Zammad,
)
"""Every kind of source: a new one is a module in `ingest.kinds` and its name here, in a line of its own."""
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[reduce(or_, SourceEntry), Field(discriminator="kind")])  # type: ignore[arg-type]


class _Listed(BaseModel):
    """The file before its entries are looked at one by one: a mistake in one source is no reason to leave the others."""

    sources: list[dict[str, Any]]


def load_sources(folder: Path) -> list[Entry]:
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


def find_source(folder: Path, source_id: str) -> Entry:
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


def kinds() -> list[str]:
    """The words that may follow `kind:`, in alphabetical order."""
    return sorted(word for of in SourceEntry for word in get_args(of.model_fields["kind"].annotation))


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
        lines.append(f"{path}, regel {line_of(tree, ['sources', index, *steps])}: bron {name}: {field}: {explain(mistake)}")
    return lines


def explain(mistake: Any) -> str:
    """What was expected of a field, from pydantic's own error."""
    match mistake["type"]:
        case "missing":
            return "ontbreekt. Vul het in."
        case "extra_forbidden":
            return "is geen bekend veld. Kijk naar de spelling, of haal het weg."
        case "union_tag_invalid" | "union_tag_not_found":
            return f"welke soort bron is dit? Kies uit {_listed(kinds())}."
        case "string_too_short":
            return "is leeg of te kort. Schrijf het uit."
        case "value_error":
            return f"{mistake['ctx']['error']}."
        case _:
            return f"{mistake['msg']}."


def _listed(names: Sequence[str]) -> str:
    return " of ".join(filter(None, (", ".join(names[:-1]), names[-1])))
