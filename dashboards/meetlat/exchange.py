"""The file that municipalities exchange: phases only, no counts, no name. And what the files of others say together."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboards.meetlat.method import PHASES, Method
from dashboards.meetlat.score import Scored
from models.language import _

MAX_BYTES = 50_000
FEWEST_OTHERS = 5
"""Of fewer others nothing is shown: one of them could be recognised."""
Phase = Annotated[int, Field(ge=1, le=PHASES)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]


class ExchangeError(Exception):
    """A file cannot be used; the Dutch message says what to do."""


class Exchanged(BaseModel):
    """One municipality's year. A phase that is not known is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    schema_: Literal["luisterpost/meetlat/1"] = Field(
        default="luisterpost/meetlat/1", alias="schema", description="het formaat en zijn versie"
    )
    sender: str = Field(pattern=r"^[0-9a-f]{32}$", description="een nummer dat alleen zegt dat twee bestanden van dezelfde afzender zijn")
    year: int = Field(ge=2000, le=2100)
    method: Annotated[str, Field(max_length=20)] = Field(description="de versie van de methode waarmee gemeten is")
    lines: Annotated[dict[Name, Phase], Field(max_length=20)] = Field(description="per as, en de beleving: de fase, 1 tot en met 4")
    pieces: Annotated[dict[Name, Phase], Field(max_length=100)] = Field(description="per cijfer en vraag: de fase, 1 tot en met 4")


@dataclass(frozen=True)
class Among:
    """Where one line stands among others: how many others are in each of the four phases. `others` is 0 where too few are known."""

    line: str
    ours: int | None
    others: int
    phases: tuple[int, ...]


def write(scored: Scored, year: int, key: str) -> bytes:
    """A year as others may read it. `key` is this installation's own; the sender's number differs from year to year."""
    told = Exchanged(
        sender=sender(key, year),
        year=year,
        method=scored.method,
        lines={line.id: line.phase for line in scored.lines if line.phase is not None},
        pieces={piece.id: piece.phase for line in scored.lines for piece in line.pieces if piece.phase is not None},
    )
    return json.dumps(told.model_dump(by_alias=True), ensure_ascii=False, indent=2).encode() + b"\n"


def read(content: bytes, key: str) -> Exchanged:
    """Another municipality's file.

    Raises:
        ExchangeError: it is too large, no such file, or our own.
    """
    if len(content) > MAX_BYTES:
        raise ExchangeError(_("Dit bestand is te groot om een Meetlat te zijn. Vraag de andere gemeente het opnieuw op te halen."))
    try:
        told = Exchanged.model_validate_json(content)
    except ValidationError as error:
        where = ".".join(str(step) for step in error.errors(include_url=False)[0]["loc"]) or _("het hele bestand")
        raise ExchangeError(
            _("Dit is geen Meetlat die wij kunnen lezen; het gaat mis bij %(where)s. Vraag een nieuw bestand.", where=where[:60])
        ) from error
    if told.sender == sender(key, told.year):
        raise ExchangeError(_("Dit is uw eigen Meetlat. Lees het bestand van een andere gemeente in."))
    return told


def sender(key: str, year: int) -> str:
    return sha256(f"meetlat {year} {key}".encode()).hexdigest()[:32]


def among(method: Method, scored: Scored, others: Sequence[Exchanged]) -> list[Among]:
    """Each line of ours among the others of that year that were judged by the same version of the method."""
    alike = [other for other in others if other.method == scored.method]
    ours = {line.id: line.phase for line in scored.lines}
    return [_among(line.id, ours.get(line.id), alike) for line in method.lines]


def format_of_file() -> dict[str, Any]:
    """The JSON Schema of the file."""
    return Exchanged.model_json_schema(by_alias=True)


def _among(line: str, ours: int | None, others: Sequence[Exchanged]) -> Among:
    known = Counter(other.lines[line] for other in others if line in other.lines)
    if known.total() < FEWEST_OTHERS:
        return Among(line, ours, 0, ())
    return Among(line, ours, known.total(), tuple(known[phase] for phase in range(1, PHASES + 1)))
