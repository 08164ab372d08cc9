"""Messages that another system sends us: a form on the website, or anything that speaks HTTP. It calls us; we never ask.

Increments stay complete because the sender repeats a call until it is answered: an item is known by its id, so a repeat changes nothing,
the same id with other words is an edit, and `deleted` leaves a tombstone.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from hmac import compare_digest
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from ingest.entry import Call, NotAuthentic, Reading, Receives
from ingest.errors import SourceError
from ingest.page import Item, Page, Rejected
from outside.secrets import Secret

MOST = 1000
"""Items in one call."""
KEY = re.compile("[!-~]{1,200}")
"""What an `Idempotency-Key` may be."""
Name = Annotated[str, Field(min_length=1, max_length=300)]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime.fromisoformat("2000-01-01T00:00:00+00:00")),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": "^2[0-9]{3}-"}),
]


class Sent(BaseModel):
    """One message as a system sends it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Annotated[Name, Field(description="How the sender knows this message. The same id again is the same message, edited or not.")]
    text: Annotated[str, Field(min_length=1, max_length=100_000, pattern=r"[^ \t\r\n]")]
    published_at: Annotated[Moment, Field(description="When it was written, with its offset from UTC.")]
    author: Annotated[
        Name | None,
        Field(description="What the sender always calls this person. Only a pseudonym of it is stored; leave it out if you can."),
    ] = None
    answered_at: Annotated[Moment | None, Field(description="When the municipality first answered it.")] = None
    url: Annotated[str | None, Field(max_length=2000, pattern=r"^https?://[^\s]+$")] = None
    conversation: Annotated[Name | None, Field(description="What messages of one conversation have in common.")] = None
    in_reply_to: Annotated[Name | None, Field(description="The id of the message that this one answers.")] = None
    private: Annotated[bool, Field(description="Whether only its sender and the municipality may read it.")] = False
    by_municipality: Annotated[bool, Field(description="Whether the municipality wrote it: an answer, not a resident's message.")] = False


class Gone(BaseModel):
    """A message that is deleted where it was written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Name
    deleted: Literal[True]


class WebForm(Receives):
    """`kind: webform`. `token` is the secret that the sender and we agreed on."""

    kind: Literal["webform"]
    medium: str = "webformulier"
    token: Secret

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:  # noqa: ARG002
        """Nothing: it calls us. But a token that is missing is told here, on the page "Bronnen"."""
        self.token.reveal(self.name)
        yield from ()

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:  # noqa: ARG002
        """They stand aside until the sender sends them better: they cannot be asked for."""
        yield Page(cursor, rejected=list(rejected))

    def receive(self, call: Call, reading: Reading) -> Iterator[Page]:  # noqa: ARG002
        """One message, refused as a whole where it does not fit; or a list, each item judged by itself."""
        scheme, _, given = call.headers.get("authorization", "").partition(" ")
        agreed = self.token.reveal(self.name)
        if scheme.lower() != "bearer" or not compare_digest(given.strip().encode("utf-8", "replace"), agreed.encode()):
            raise NotAuthentic
        said = _parsed(call.body)
        if not isinstance(said, list):
            read = _read(said)
            if isinstance(read, str):
                raise SourceError(f"Het bericht past niet: {read}.", "Zie /in/openapi.json.")
            yield self._page([read], [])
        elif len(said) > MOST:
            raise SourceError(f"De lijst heeft meer dan {MOST} berichten.", "Stuur ze in meer keren.")
        else:
            looked = [(_location(one, number), _read(one)) for number, one in enumerate(said, 1)]
            rejected = [Rejected(location, read, {}) for location, read in looked if isinstance(read, str)]
            yield self._page([read for _, read in looked if not isinstance(read, str)], rejected)

    def delivery(self, call: Call) -> str | None:
        """The sender's `Idempotency-Key`. Without one a call is new: an edit and its undoing say the same twice."""
        given = call.headers.get("idempotency-key")
        if given is not None and not KEY.fullmatch(given):
            raise SourceError("De Idempotency-Key past niet.", "Neem ten hoogste 200 letters, cijfers en tekens, zonder spaties.")
        return given

    def _page(self, read: Sequence[Sent | Gone], rejected: list[Rejected]) -> Page:
        sent = {one.id: one for one in read}.values()  # the last of two with one id is how it is now
        items = [
            Item(
                external_id=one.id,
                text=one.text,
                published_at=one.published_at,
                author=one.author,
                url=one.url,
                conversation=one.conversation,
                in_reply_to=one.in_reply_to,
                answered_at=one.answered_at,
                medium=self.medium,
                private=one.private,
                by_municipality=one.by_municipality,
            )
            for one in sent
            if isinstance(one, Sent)
        ]
        gone = [one.id for one in sent if isinstance(one, Gone)]
        return Page({}, items, rejected, removed=gone, settled=[f"bericht {one.id}" for one in sent])


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError("De inhoud is geen JSON.", "Stuur JSON in UTF-8, zoals /in/openapi.json zegt.") from error


def _read(one: Any) -> Sent | Gone | str:
    """The message, or what is wrong with it: names of fields, never what they hold."""
    shape: type[Sent] | type[Gone] = Gone if isinstance(one, dict) and "deleted" in one else Sent
    try:
        return shape.model_validate_json(json.dumps(one, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        return "het is geen bericht"
    except ValidationError as error:
        return "; ".join(dict.fromkeys(_say(mistake) for mistake in error.errors()))


def _say(mistake: Any) -> str:
    field = ".".join(map(str, mistake["loc"][:1]))
    match mistake["type"]:
        case "missing":
            return f"{field} ontbreekt"
        case "extra_forbidden":
            return "er is een veld dat wij niet kennen"
        case "string_too_short":
            return f"{field} is leeg"
        case "string_too_long":
            return f"{field} is te lang"
        case "timezone_aware":
            return f"{field} zegt niet in welke tijdzone"
        case _:
            return f"{field} klopt niet" if field else "het is geen bericht"


def _location(one: Any, number: int) -> str:
    named = one.get("id") if isinstance(one, dict) else None
    return f"bericht {named}" if isinstance(named, str) and named else f"bericht {number} van een lijst"
