"""Bluesky: mentions of and replies to our own account, posts that a search finds, and the whole network's stream for the quick path.

Lists are walked from the newest post down to where the last whole walk began, and somewhat further: search and notifications show a post
late. Posts of the last days are asked for again by their address, so deletions (and edits, should the network come to know them) are
followed. A post is known by its at:// address, an author by his did: neither changes when a handle does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from threading import Event
from typing import Annotated, Any, Literal

import requests
from pydantic import Field, model_validator

from ingest.entry import Follows, Reading, Url
from ingest.errors import SourceError
from ingest.kinds.bluesky_posts import POST, Posts, heard, matcher, moment_of
from ingest.lists.listing import Listed, at, count_at, entries_at, name_at
from ingest.lists.newest import Leg, newest_first
from ingest.lists.recheck import once_more, recheck
from ingest.outside.api import Api, Query
from ingest.outside.stream import frames
from ingest.page import Item, Page, Rejected
from outside.guard import origin
from outside.secrets import Secret

LIMIT = 100
BATCH = 25
"""As many posts as the network gives at once by address."""
MAX_BATCHES = 20
MAX_OURS = 2 * BATCH
"""Of so many of our own posts, the newest, the replies are followed."""
DEPTH = 10
REASONS = ["mention", "reply", "quote"]
Stream = Annotated[str, Field(pattern=r"^wss?://")]


class Bluesky(Follows):
    """`kind: bluesky`. `account` is our own handle, `password` an app password of it; `search` holds words, or hashtags with their `#`."""

    kind: Literal["bluesky"]
    base: Url = Field(default="https://bsky.social", validate_default=True)
    """The server on which our account lives."""
    medium: str = "Bluesky"
    account: Annotated[str, Field(min_length=3, max_length=253)]
    password: Secret
    mentions: bool = True
    search: Annotated[list[Annotated[str, Field(min_length=2, max_length=100)]], Field(max_length=20)] = []
    live: bool = True
    """Whether to listen to the stream as well."""
    stream: Stream = "wss://jetstream2.us-east.bsky.network/subscribe"
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    overlap_minutes: Annotated[int, Field(ge=0, le=1_440)] = 60
    recheck_days: Annotated[int, Field(ge=0, le=90)] = 7
    """How long edits and deletions of a post are looked for; 0: not at all."""

    @model_validator(mode="after")
    def _something_to_read(self) -> "Bluesky":
        if not (self.search or self.mentions):
            raise ValueError("noem search of mentions: anders valt er niets te lezen")
        return self

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Mentions and replies, what the searches find, our own posts and what stands below them, and the last days once more."""
        with self._signed_in(reading) as (api, did):
            posts = self._posts(did, reading)
            own: set[str] = set()
            for page in self._lists(api, did, posts, cursor, reading):
                cursor = page.cursor
                own.update(item.external_id for item in page.items if item.by_municipality)
                yield page
            for page in self._replies(api, posts, cursor):
                cursor = page.cursor
                yield page

            def look(addresses: Sequence[str]) -> Listed:
                """What our own server has is there, also while the network does not show it yet."""
                return _look(api, posts, addresses) + Listed(seen=own.intersection(addresses))

            yield from recheck(self.name, cursor, reading, self.recheck_days, BATCH, MAX_BATCHES, look)

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each post by its address; one that is gone by now is settled too."""
        with self._signed_in(reading) as (api, did):
            posts = self._posts(did, reading)
            yield from once_more(rejected, cursor, partial(_look, api, posts))

    @property
    def can_be_followed(self) -> bool:
        """Our own choice: the stream is public, and brings every post of the network."""
        return self.live

    def follow(self, cursor: dict[str, Any], reading: Reading, stopping: Event) -> Iterator[Page]:
        """New posts of the network that mention us, answer us or hold a word of `search`; and the deletion of what we keep."""
        with self._api(reading) as api:
            did = name_at(api.get(_xrpc("com.atproto.identity.resolveHandle"), {"handle": self._handle}).body, "did")
        posts = self._posts(did, reading)
        ours = matcher(did if self.mentions else None, self.search)
        kept = set(reading.stored(reading.now - timedelta(days=self.recheck_days)))
        address = f"{self.stream}?wantedCollections=app.bsky.feed.post"
        private = [origin(str(self.base)), origin(self.stream.replace("ws", "http", 1))] if self.allow_private else []
        for frame in frames(self.name, address, reading, stopping, private_origins=private):
            said = heard(frame)
            if said is None:
                continue
            if said.record is None:
                if said.uri in kept:
                    yield Page(cursor, removed=[said.uri])
            elif said.author == did or ours(said.record):
                listed = posts.listed([said.as_post()])
                kept.update(item.external_id for item in listed.items)
                yield Page(cursor, listed.items, listed.rejected)

    @property
    def _handle(self) -> str:
        return self.account.lstrip("@")

    def _api(self, reading: Reading, token: str = "") -> Api:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Api(self.name, str(self.base), reading, headers, self.password.place, self.allow_private, self._explain)

    @contextmanager
    def _signed_in(self, reading: Reading) -> Iterator[tuple[Api, str]]:
        """A session of our account, and its did. It is kept no longer than this block."""
        with self._api(reading) as door:
            known = {"identifier": self._handle, "password": self.password.reveal(self.name)}
            said = door.post(_xrpc("com.atproto.server.createSession"), known).body
        token, did = name_at(said, "accessJwt"), name_at(said, "did")
        if not token or not did.startswith("did:"):
            raise SourceError(f"{self.name}: het antwoord op het aanmelden is niet te lezen.", "Kijk of `base` in sources.yaml klopt.")
        with self._api(reading, token) as api:
            yield api, did

    def _posts(self, did: str, reading: Reading) -> Posts:
        return Posts(self.medium, frozenset({did}) | reading.own_accounts)

    def _lists(self, api: Api, did: str, posts: Posts, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        first, overlap = timedelta(days=self.first_days), timedelta(minutes=self.overlap_minutes)
        lists = [(f"search:{words}", partial(self._found, api, posts, words)) for words in self.search]
        lists += [("mentions", partial(self._mentions, api, posts))] if self.mentions else []
        lists += [("ours", partial(self._own, api, posts, did))]
        for name, fetch in lists:
            for page in newest_first(cursor, name, reading.now, first, overlap, fetch):
                cursor = page.cursor | {"ours": _ours(page.cursor, page.items)}
                yield Page(cursor, page.items, page.rejected)

    def _found(self, api: Api, posts: Posts, words: str, since: datetime, page: str | None) -> Leg:
        query: Query = {"q": words, "sort": "latest", "limit": LIMIT, "since": _written(since)}
        said = api.get(_xrpc("app.bsky.feed.searchPosts"), dict(query) | ({"cursor": page} if page else {})).body
        found = entries_at(said, "posts")
        moments = [m for post in found if (m := moment_of(at(post, "indexedAt")))]
        return Leg(posts.listed(found), min(moments, default=None), name_at(said, "cursor") or None)

    def _mentions(self, api: Api, posts: Posts, _: datetime, page: str | None) -> Leg:
        """Notifications name posts; the posts themselves say how they are now."""
        query: Query = {"limit": LIMIT, "reasons": REASONS}
        said = api.get(_xrpc("app.bsky.notification.listNotifications"), dict(query) | ({"cursor": page} if page else {})).body
        told = entries_at(said, "notifications")
        addresses = [uri for n in told if at(n, "reason") in REASONS and (uri := name_at(n, "uri"))]
        listed = Listed()
        for start in range(0, len(addresses), BATCH):
            listed += _look(api, posts, addresses[start : start + BATCH])
        moments = [m for n in told if (m := moment_of(at(n, "indexedAt")))]
        return Leg(listed, min(moments, default=None), name_at(said, "cursor") or None)

    def _own(self, api: Api, posts: Posts, did: str, _: datetime, page: str | None) -> Leg:
        """Our own posts as our own server keeps them: records, without what others did with them."""
        query: Query = {"repo": did, "collection": POST, "limit": LIMIT}
        said = api.get(_xrpc("com.atproto.repo.listRecords"), dict(query) | ({"cursor": page} if page else {})).body
        records = [{"uri": at(r, "uri"), "author": {"did": did}, "record": at(r, "value")} for r in entries_at(said, "records")]
        moments = [m for record in records if (m := moment_of(at(record, "record", "createdAt")))]
        return Leg(posts.listed(records), min(moments, default=None), name_at(said, "cursor") or None)

    def _replies(self, api: Api, posts: Posts, cursor: dict[str, Any]) -> Iterator[Page]:
        """What stands below our own posts, where that is more or less than the last time."""
        ours: dict[str, int] = cursor.get("ours", {})
        numbers = list(ours)
        for start in range(0, len(numbers), BATCH):
            for post in _by_address(api, numbers[start : start + BATCH]):
                uri, replies = name_at(post, "uri"), count_at(post, "replyCount")
                if replies == ours.get(uri):
                    continue
                thread = api.find(_xrpc("app.bsky.feed.getPostThread"), {"uri": uri, "depth": DEPTH, "parentHeight": 0})
                listed = posts.listed(_below(thread.body if thread else None))
                ours = ours | {uri: replies}
                cursor = cursor | {"ours": ours | {n: r for n, r in _ours(cursor, listed.items).items() if n not in ours}}
                yield Page(cursor, listed.items, listed.rejected)

    def _explain(self, response: requests.Response) -> SourceError | None:
        """The network says 400 of a session that ended, and 401 of a wrong password."""
        host = origin(response.url)[0]
        try:
            error = name_at(response.json(), "error")
        except ValueError:
            return None
        if response.status_code == HTTPStatus.UNAUTHORIZED or error in ("AuthenticationRequired", "ExpiredToken", "InvalidToken"):
            return SourceError(
                f"{self.name}: {host} kent het account {self.account} met dit wachtwoord niet ({response.status_code}).",
                f"Maak bij Bluesky een nieuw app-wachtwoord en zet het in {self.password.place}.",
            )
        return None


def _xrpc(name: str) -> str:
    return f"/xrpc/{name}"


def _by_address(api: Api, addresses: Sequence[str]) -> list[Any]:
    """Posts that still are."""
    return entries_at(api.get(_xrpc("app.bsky.feed.getPosts"), {"uris": list(addresses)}).body, "posts") if addresses else []


def _look(api: Api, posts: Posts, addresses: Sequence[str]) -> Listed:
    return posts.listed(_by_address(api, addresses))


def _below(thread: Any) -> list[Any]:
    """Every post of a thread but its first. Blocked and deleted ones have no post."""
    found, waiting = [], entries_at(thread, "thread", "replies")
    while waiting:
        one = waiting.pop(0)
        if isinstance(at(one, "post"), Mapping):
            found.append(at(one, "post"))
        waiting += entries_at(one, "replies")
    return found


def _ours(cursor: Mapping[str, Any], items: Sequence[Item]) -> dict[str, int]:
    """Our own newest posts with the number of replies that were read; a new one has none yet. The end of an address grows with time."""
    known: dict[str, int] = cursor.get("ours", {})
    ours = {item.external_id: 0 for item in items if item.by_municipality} | known
    newest = sorted(ours, key=lambda uri: uri.rpartition("/")[2])[-MAX_OURS:]
    return {uri: ours[uri] for uri in newest}


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
