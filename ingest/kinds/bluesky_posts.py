"""What Bluesky calls a post, read as a message: one that a list gave (a view), or a record that came down the stream."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.lists.listing import Listed, Unreadable, at, count_at, entries_at, name_at, sort_out, words_at
from ingest.page import Item
from ingest.written.moments import EARLIEST, LATEST

POST = "app.bsky.feed.post"
_ADDRESS = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]+)")


@dataclass(frozen=True, slots=True)
class Posts:
    """How posts become messages; `own_accounts` are dids or handles of ours."""

    medium: str
    own_accounts: frozenset[str]

    def listed(self, posts: Iterable[Any]) -> Listed:
        """The messages among posts; a picture without a word is none, unless it is described."""
        return sort_out(posts, lambda post: name_at(post, "uri"), self._item)

    def _item(self, post: Mapping[str, Any]) -> Item:
        uri, record, author = name_at(post, "uri"), at(post, "record"), name_at(post, "author", "did")
        address = _ADDRESS.fullmatch(uri)
        if address is None or not isinstance(record, Mapping) or not author:
            raise Unreadable("het bericht mist zijn inhoud of schrijver")
        handle = name_at(post, "author", "handle").casefold()
        return Item(
            external_id=uri,
            text=words_at(record, "text") or "\n".join(_shown(record)),
            published_at=_published(record, post),
            author=author,
            url=f"https://bsky.app/profile/{author}/post/{address[2]}",
            conversation=name_at(record, "reply", "root", "uri") or uri,
            in_reply_to=name_at(record, "reply", "parent", "uri") or None,
            medium=self.medium,
            by_municipality=bool({author, handle} & self.own_accounts),
            reach=1 + count_at(post, "repostCount") + count_at(post, "quoteCount"),
            identity=uri,
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """A post of the stream; `record` None: it is deleted."""

    author: str
    uri: str
    record: Mapping[str, Any] | None
    at: datetime

    def as_post(self) -> dict[str, Any]:
        """In the shape of a list."""
        return {"uri": self.uri, "author": {"did": self.author}, "record": self.record, "indexedAt": self.at.isoformat()}


def heard(frame: str) -> Heard | None:
    """What a frame of Jetstream says of a post; None where it is about something else or cannot be read."""
    try:
        said = json.loads(frame)
        micros = at(said, "time_us")
        moment = datetime.fromtimestamp(micros / 1_000_000, UTC) if isinstance(micros, int) else None
    except (ValueError, OverflowError, OSError, RecursionError):
        return None
    commit, author = at(said, "commit"), name_at(said, "did")
    operation, key = name_at(commit, "operation"), name_at(commit, "rkey")
    if name_at(commit, "collection") != POST or not author or not key or moment is None:
        return None
    uri = f"at://{author}/{POST}/{key}"
    if operation == "delete":
        return Heard(author, uri, None, moment)
    record = at(commit, "record")
    return Heard(author, uri, record, moment) if operation in ("create", "update") and isinstance(record, Mapping) else None


def matcher(did: str | None, search: Sequence[str]) -> Callable[[Mapping[str, Any]], bool]:
    """Tells of a record whether it mentions or answers `did`, or holds one of the words as the search of the network would find it."""
    words = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE) for word in search]
    tags = {word[1:].casefold() for word in search if word.startswith("#")}

    def matches(record: Mapping[str, Any]) -> bool:
        text = at(record, "text")
        if isinstance(text, str) and any(word.search(text) for word in words):
            return True
        features = [feature for facet in entries_at(record, "facets") for feature in entries_at(facet, "features")]
        said = {name_at(feature, "tag").casefold() for feature in features} | {str(tag).casefold() for tag in entries_at(record, "tags")}
        if tags & said:
            return True
        if did is None:
            return False
        answered = [name_at(record, "reply", end, "uri") for end in ("parent", "root")] + _quoted(record)
        return any(name_at(feature, "did") == did for feature in features) or any(uri.startswith(f"at://{did}/") for uri in answered)

    return matches


def _published(record: Mapping[str, Any], post: Mapping[str, Any]) -> datetime:
    """When its author says that he wrote it, but never later than the network saw it: a client may say anything."""
    said, seen = moment_of(at(record, "createdAt")), moment_of(at(post, "indexedAt"))
    found = min(filter(None, (said, seen)), default=None)
    if found is None or at(record, "createdAt") is None:
        raise Unreadable("het bericht zegt niet wanneer het geschreven is")
    return found


def moment_of(written: Any) -> datetime | None:
    """A moment as the network writes it, in UTC; None where it is none, or an absurd one."""
    try:
        found = datetime.fromisoformat(written)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if EARLIEST <= found < LATEST else None


def _quoted(record: Mapping[str, Any]) -> list[str]:
    return [name_at(record, "embed", "record", "uri"), name_at(record, "embed", "record", "record", "uri")]


def _shown(record: Mapping[str, Any]) -> list[str]:
    """What the pictures of a post without words are said to show."""
    images = entries_at(record, "embed", "images") or entries_at(record, "embed", "media", "images")
    return [words for image in images if (words := words_at(image, "alt"))]
