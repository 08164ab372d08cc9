"""X, API v2: posts that a search finds, posts that mention our accounts, and what those accounts say themselves.

Ids grow with time (milliseconds shifted left by 22 bits), so a moment is an id: each reading asks for what is newer than somewhat before
the last one began, as the search may show a post late. An edited post gets a new id; it is known here by its first. X demands that a post
that was deleted, or whose author closed his account to the public, is deleted elsewhere too within a day: each is asked for again by id.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal

import requests
from pydantic import Field, model_validator

from ingest.entry import Entry, Reading, Url
from ingest.errors import SourceError
from ingest.lists.listing import Listed, Unreadable, at, count_at, entries_at, name_at, sort_out, words_at
from ingest.lists.newest import Leg, newest_first
from ingest.lists.recheck import once_more, recheck
from ingest.outside.api import Api, Query, Reply
from ingest.page import Item, Page, Rejected
from ingest.written.moments import moment
from outside.secrets import Secret
from outside.waiting import LONGEST, SHORTEST, UNSAID

SEARCH = "/2/tweets/search/recent"
LIMIT = 100
FIELDS = "author_id,conversation_id,created_at,edit_history_tweet_ids,note_tweet,public_metrics,referenced_tweets"
SEARCHABLE = timedelta(days=6, hours=23)
"""The recent search goes back seven days and refuses to be asked for more."""
DAILY = timedelta(hours=23)
MAX_BATCHES = 100
_EPOCH = 1_288_834_974_657
_GONE = ("resource-not-found", "not-authorized-for-resource")
"""How X words, at the end of an address, that a post is deleted, or no longer public."""


class X(Entry):
    """`kind: x`. `search` is a query in X's own words, `accounts` are ours by name."""

    kind: Literal["x"]
    base: Url = Field(default="https://api.x.com", validate_default=True)
    medium: str = "X"
    token: Secret
    search: Annotated[str, Field(max_length=512)] = ""
    accounts: Annotated[list[str], Field(max_length=20)] = []
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 7
    overlap_minutes: Annotated[int, Field(ge=0, le=1_440)] = 60
    recheck_days: Annotated[int, Field(ge=0, le=90)] = 7
    """How long edits and deletions of a post are looked for, once a day; 0: not at all."""

    @model_validator(mode="after")
    def _something_to_read(self) -> "X":
        if not (self.search or self.accounts):
            raise ValueError("noem search of accounts: anders valt er niets te lezen")
        return self

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """New posts of every list, newest first, and once a day the posts of the last days again."""
        with self._server(reading) as server:
            cursor = cursor | {"accounts": server.numbers(cursor.get("accounts", {}))}
            first, overlap = timedelta(days=self.first_days), timedelta(minutes=self.overlap_minutes)
            for path, query in self._lists(server):
                for page in newest_first(cursor, path, reading.now, first, overlap, partial(server.leg, path, query)):
                    cursor = page.cursor
                    yield page
            yield from recheck(self.name, cursor, reading, self.recheck_days, LIMIT, MAX_BATCHES, server.by_id, DAILY)

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each post by its id."""
        with self._server(reading) as server:
            server.numbers(cursor.get("accounts", {}))
            yield from once_more(rejected, cursor, server.by_id)

    def _lists(self, server: "_Server") -> Iterator[tuple[str, Query]]:
        """Path, and what else is asked."""
        if self.search:
            yield SEARCH, {"query": self.search}
        for number in server.ours:
            yield f"/2/users/{number}/mentions", {}
            yield f"/2/users/{number}/tweets", {"exclude": "retweets"}

    def _server(self, reading: Reading) -> "_Server":
        return _Server(self, reading)


@dataclass
class _Server:
    """The API, as one reading asks it."""

    entry: X
    reading: Reading
    ours: list[str] = field(default_factory=list)
    """The numbers of our own accounts."""

    def __post_init__(self) -> None:
        token = self.entry.token
        self._spent: dict[str, datetime] = {}
        self._api = Api(
            self.entry.name,
            str(self.entry.base),
            self.reading,
            {"Authorization": f"Bearer {token.reveal(self.entry.name)}"},
            token.place,
            self.entry.allow_private,
            self._explain,
        )

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._api.__exit__(None, None, None)

    def numbers(self, known: Mapping[str, str]) -> dict[str, str]:
        """The number of each of our accounts by its name; X is asked for those that are not `known`."""
        names = [name.lstrip("@") for name in self.entry.accounts]
        found = {name: known[name] for name in names if name in known}
        if asked := [name for name in names if name not in found]:
            users = entries_at(self._get("/2/users/by", {"usernames": ",".join(asked)}).body, "data")
            by_name = {name_at(user, "username").casefold(): name_at(user, "id") for user in users}
            for name in asked:
                if not by_name.get(name.casefold()):
                    raise SourceError(f"{self.entry.name}: X kent het account {name} niet.", "Verbeter accounts in sources.yaml.")
                found[name] = by_name[name.casefold()]
        self.ours = list(found.values())
        return found

    def leg(self, path: str, query: Query, since: datetime, page: str | None) -> Leg:
        """One page of a list of posts later than `since`."""
        since = max(since, self.reading.now - SEARCHABLE) if path == SEARCH else since
        more = {"next_token" if path == SEARCH else "pagination_token": page} if page else {}
        asked = {"max_results": LIMIT, "tweet.fields": FIELDS, "since_id": str(id_at(since)), **query, **more}
        body = self._get(path, asked).body
        return Leg(self._sort_out(entries_at(body, "data")), None, name_at(body, "meta", "next_token") or None)

    def by_id(self, numbers: Sequence[str]) -> Listed:
        """Posts by their first id, each as it reads now."""
        found, absent = self._lookup(numbers)
        listed = self._sort_out(found)
        return Listed(listed.items, listed.rejected, set(numbers) - absent)

    def _current(self, posts: Sequence[Any]) -> list[Any]:
        """Each as it reads now: for a version that was edited since its last one, which is asked for where it is not among them."""
        current = [post for post in posts if _versions(post)[-1] == name_at(post, "id")]
        latest = {_versions(post)[-1] for post in posts} - {name_at(post, "id") for post in posts}
        return current + (self._lookup(sorted(latest))[0] if latest else [])

    def _lookup(self, numbers: Sequence[str]) -> tuple[list[Any], set[str]]:
        """The posts, and the ids of those that X says are gone."""
        body = self._get("/2/tweets", {"ids": ",".join(numbers), "tweet.fields": FIELDS}).body
        gone = {name_at(error, "resource_id") for error in entries_at(body, "errors") if name_at(error, "type").endswith(_GONE)}
        return entries_at(body, "data"), gone

    def _get(self, path: str, query: Query) -> Reply:
        """Asks, unless X has said that this list has been asked for often enough by now."""
        if (until := self._spent.get(path)) is not None:
            raise self._patience(until)
        reply = self._api.get(path, query)
        if reply.headers.get("x-rate-limit-remaining") == "0":
            self._spent[path] = self._until(reply.headers)
        return reply

    def _until(self, headers: Mapping[str, str]) -> datetime:
        said = headers.get("x-rate-limit-reset", "")
        now = self.reading.now
        reset = datetime.fromtimestamp(int(said[:11]), UTC) if said.isascii() and said.isdigit() else now + UNSAID
        return min(max(reset, now + SHORTEST), now + LONGEST)

    def _explain(self, response: requests.Response) -> SourceError | None:
        name = self.entry.name
        match response.status_code:
            case 400:
                return SourceError(
                    f"{name}: X begrijpt onze vraag niet (400).", "Controleer search in sources.yaml: de uitleg van X zegt wat erin mag."
                )
            case 402:
                return SourceError(f"{name}: het tegoed bij X is op (402).", "Vul het aan in de Developer Console van X.")
            case 403:
                return SourceError(
                    f"{name}: ons abonnement bij X staat dit niet toe (403).",
                    f"Kijk in de Developer Console wat de app van het token in {self.entry.token.place} mag lezen.",
                )
            case 429 if "x-rate-limit-reset" in response.headers:
                return self._patience(self._until(response.headers))
            case _:
                return None

    def _patience(self, until: datetime) -> SourceError:
        return SourceError(
            f"{self.entry.name}: we hebben X genoeg gevraagd voor nu.",
            "Luisterpost wacht tot het weer mag, en gaat dan vanzelf verder.",
            until,
        )

    def _sort_out(self, posts: Sequence[Any]) -> Listed:
        return sort_out(self._current(posts), lambda post: _versions(post)[0], self._item)

    def _item(self, post: Mapping[str, Any]) -> Item | None:
        referred = {name_at(other, "type"): name_at(other, "id") for other in entries_at(post, "referenced_tweets")}
        if "retweeted" in referred:
            return None
        author, versions = name_at(post, "author_id"), _versions(post)
        if not author or at(post, "created_at") is None:
            raise Unreadable("het bericht mist zijn moment of account")
        text = html.unescape(words_at(post, "note_tweet", "text") or words_at(post, "text"))
        published = moment_of(versions[0]) if len(versions) > 1 else moment(at(post, "created_at"), self.reading.zone)
        return Item(
            external_id=versions[0],
            text=text,
            published_at=published,
            author=author,
            url=f"https://x.com/i/status/{versions[0]}",
            conversation=name_at(post, "conversation_id") or None,
            in_reply_to=referred.get("replied_to"),
            medium=self.entry.medium,
            by_municipality=author in self.ours,
            reach=1 + count_at(post, "public_metrics", "retweet_count") + count_at(post, "public_metrics", "quote_count"),
            edited_at=moment(at(post, "created_at"), self.reading.zone) if len(versions) > 1 else None,
        )


def id_at(when: datetime) -> int:
    """The smallest id that X gives to a post of this moment."""
    return max(int(when.timestamp() * 1000) - _EPOCH, 0) << 22


def moment_of(number: str) -> datetime:
    """When a post with this id was written."""
    return datetime.fromtimestamp(((int(number) >> 22) + _EPOCH) // 1000, UTC)


def _versions(post: Mapping[str, Any]) -> list[str]:
    """The ids of a post, the first one first; an empty text where it has none."""
    history = [str(number) for number in entries_at(post, "edit_history_tweet_ids") if str(number).isdecimal() and len(str(number)) < 20]
    return sorted(history, key=int) or [name_at(post, "id")]
