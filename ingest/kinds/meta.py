"""What Facebook and Instagram have in common: conversations, the second look by id, and the calls with which Meta tells at once."""

import hmac
import json
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ingest.entry import Call, NotAuthentic, Reading, Receives, Url
from ingest.errors import SourceError
from ingest.kinds.graph import VERSION, Graph, before
from ingest.lists.listing import Listed, Unreadable, at, entries_at, name_at, sort_out, words_at
from ingest.lists.recheck import once_more, recheck
from ingest.page import Item, Page, Rejected
from ingest.written.moments import moment
from outside.secrets import Secret

BATCH = 25
MAX_BATCHES = 8
MESSAGE = "id,message,created_time,from{id}"


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked of a thing of one sort, and how a message is read from it; None: only whether it is still there."""

    fields: str
    read: Callable[[Mapping[str, Any]], Item | None]


class Meta(Receives):
    """An account of our own. `account` is its number, `token` one of the Page, `app_secret` that of the app which the token belongs to."""

    object: ClassVar[str]
    """What Meta calls this sort of account in its calls."""
    platform: ClassVar[str]
    """What Meta calls its private messages."""

    account: Annotated[str, Field(pattern=r"^\d{1,30}$")]
    base: Url = Field(default=f"https://graph.facebook.com/{VERSION}", validate_default=True)
    token: Secret
    app_secret: Secret
    verify: Secret | None = None
    """The word agreed on with Meta, by which it shows itself before it calls us."""
    messages: bool = False
    allow_private: bool = False
    post_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How long comments below a post are looked for."""
    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 1
    recheck_days: Annotated[int, Field(ge=0, le=90)] = 7

    @abstractmethod
    def remarks(self, graph: Graph, cursor: dict[str, Any], since: datetime) -> Iterator[Page]:
        """Our posts, and what is said below them since then."""

    @abstractmethod
    def shape_of(self, number: str, reading: Reading) -> Shape:
        """By its external id alone."""

    @abstractmethod
    def changed(self, change: Mapping[str, Any], at_time: Any) -> Mapping[str, Any] | str | None:
        """What a call says of one comment or post, in the shape of the API; a name: that it is gone; None: nothing for us."""

    @property
    def inbox(self) -> str | None:
        """The number whose conversations are read."""
        return self.account

    def node(self, number: str) -> str:
        """What the API calls the thing with this external id."""
        return number

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Comments and messages since the last whole reading, and then those of the last days once more.

        The cursor holds when the last whole reading began.
        """
        with self._graph(reading) as graph:
            heard = cursor.get("since")
            reach = timedelta(days=self.post_days)
            since = datetime.fromisoformat(heard) - timedelta(hours=self.overlap_hours) if heard else reading.now - reach
            for page in self.remarks(graph, cursor, since):
                cursor = page.cursor
                yield page
            if self.messages and self.inbox:
                yield from self._conversations(graph, cursor, since)
            cursor = cursor | {"since": reading.now.isoformat()}
            yield Page(cursor)
            yield from recheck(self.name, cursor, reading, self.recheck_days, BATCH, MAX_BATCHES, partial(self._look_again, graph))

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each by its id."""
        with self._graph(reading) as graph:
            yield from once_more(rejected, cursor, partial(self._by_id, graph))

    def greeting(self, call: Call) -> str | None:
        """Meta asks once whether this address is ours, and shows the word agreed on."""
        shown = call.query.get("hub.verify_token", "")
        known = self.verify.reveal(self.name) if self.verify else None
        challenge = call.query.get("hub.challenge", "")
        if (
            known is None
            or not hmac.compare_digest(shown.encode("utf-8", "replace"), known.encode())
            or call.query.get("hub.mode") != "subscribe"
        ):
            raise NotAuthentic
        if not challenge.isalnum() or len(challenge) > 200:
            raise NotAuthentic
        return challenge

    def receive(self, call: Call, reading: Reading) -> Iterator[Page]:
        """What is signed with the secret of our app; what concerns another account than this one is passed over."""
        secret = self.app_secret.reveal(self.name).encode()
        expected = "sha256=" + hmac.new(secret, call.body, sha256).hexdigest()
        if not hmac.compare_digest(call.headers.get("x-hub-signature-256", "").encode(), expected.encode()):
            raise NotAuthentic
        try:
            told = json.loads(call.body)
        except ValueError as error:
            raise SourceError(
                f"{self.name}: een aanroep van Meta is niet te lezen.", "Luisterpost leest wat erin stond zo nog eens."
            ) from error
        if name_at(told, "object") != self.object:
            return
        for entry in entries_at(told, "entry"):
            if name_at(entry, "id") == self.account:
                yield self._told(entry, reading)

    def message(self, entry: Mapping[str, Any], reading: Reading, conversation: str | None = None, answers: str | None = None) -> Item:
        """A private message; `answers` is the one of a resident that it answers."""
        author = name_at(entry, "from", "id")
        if not author:
            raise Unreadable("het bericht mist zijn afzender")
        return Item(
            external_id=name_at(entry, "id"),
            text=words_at(entry, "message"),
            published_at=moment(at(entry, "created_time"), reading.zone),
            author=author,
            conversation=conversation,
            in_reply_to=answers,
            medium=self.medium,
            private=True,
            by_municipality=self._ours(author),
        )

    def _graph(self, reading: Reading) -> Graph:
        return Graph(self.name, str(self.base), self.token, self.app_secret, reading, self.allow_private)

    def _by_id(self, graph: Graph, numbers: Sequence[str]) -> Listed:
        """What is still there of these."""
        listed = Listed()
        alike: dict[str, dict[str, str]] = {}
        for number in numbers:
            alike.setdefault(self.shape_of(number, graph.reading).fields, {})[self.node(number)] = number
        for fields, nodes in alike.items():
            for node, found in graph.nodes(list(nodes), fields):
                listed += sort_out([found], lambda _, name=nodes[node]: name, self.shape_of(nodes[node], graph.reading).read)  # type: ignore[misc]
        return listed

    def _look_again(self, graph: Graph, numbers: Sequence[str]) -> Listed:
        """A private message only for being there: asked for alone it does not tell in which conversation it stands."""
        found = self._by_id(graph, numbers)
        return replace(found, items=[item for item in found.items if not item.private])

    def _conversations(self, graph: Graph, cursor: dict[str, Any], since: datetime) -> Iterator[Page]:
        """Those with something new come first. Meta gives the last twenty messages of each."""
        fields = f"id,updated_time,messages.limit(20){{{MESSAGE}}}"
        for threads in graph.pages(f"{self.inbox}/conversations", {"platform": self.platform, "fields": fields, "limit": 25}):
            listed = Listed()
            for thread in threads:
                listed += self._talk(thread, graph.reading)
            yield Page(cursor, listed.items, listed.rejected)
            if before(threads, "updated_time", since, graph.reading):
                return

    def _talk(self, thread: Any, reading: Reading) -> Listed:
        """The messages of one conversation; an answer of ours is to the last that the resident wrote before it."""
        told = sorted(entries_at(thread, "messages", "data"), key=lambda message: name_at(message, "created_time"))
        answers: dict[str, str | None] = {}
        asked: str | None = None
        for one in told:
            if self._ours(name_at(one, "from", "id")):
                answers[name_at(one, "id")] = asked
            else:
                asked = name_at(one, "id") or asked
        conversation = name_at(thread, "id") or None
        return sort_out(told, _id, lambda one: self.message(one, reading, conversation, answers.get(_id(one))))

    def _ours(self, author: str) -> bool:
        return author in (self.account, self.inbox)

    def _told(self, entry: Mapping[str, Any], reading: Reading) -> Page:
        """What one entry of a call brings."""
        heard = [self.changed(change, at(entry, "time")) for change in entries_at(entry, "changes") if isinstance(change, Mapping)]
        if self.messages:
            heard += [_sent(event) for event in entries_at(entry, "messaging")]
        removed = [one for one in heard if isinstance(one, str)]
        written = [one for one in heard if isinstance(one, Mapping)]
        listed = sort_out(written, _id, lambda one: self.shape_of(_id(one), reading).read(one))
        return Page({}, listed.items, listed.rejected, removed)


def _id(entry: Mapping[str, Any]) -> str:
    return name_at(entry, "id")


def _sent(event: Any) -> Mapping[str, Any] | str | None:
    """A private message as a call tells it, in the shape of the API; a name where its writer took it back."""
    number = name_at(event, "message", "mid")
    if not number:
        return None
    if at(event, "message", "is_deleted"):
        return number
    return {
        "id": number,
        "message": at(event, "message", "text"),
        "created_time": at(event, "timestamp"),
        "from": {"id": name_at(event, "sender", "id")},
    }
