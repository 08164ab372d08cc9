"""Reddit: the posts of subreddits, and what is said below them.

Both lists begin with the newest and are walked with `after`, down to where the last walk began and an hour further. Not with `before`: once
the post that it names is deleted, Reddit answers with nothing at all for ever. Posts and comments of the last days are asked for again by
name: what was edited comes anew, and what its writer or a moderator took away is removed.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import requests
from pydantic import Field

from ingest.entry import Entry, Reading, Url
from ingest.errors import SourceError
from ingest.lists.listing import Listed, Unreadable, at, count_at, entries_at, name_at, sort_out, words_at
from ingest.lists.newest import Leg, newest_first
from ingest.lists.recheck import once_more, recheck
from ingest.outside.api import Api, Query, Reply
from ingest.page import Item, Page, Rejected
from ingest.written.moments import NoMoment, moment
from outside.secrets import Secret
from outside.waiting import until

LIMIT = 100
MAX_BATCHES = 10
TAKEN_AWAY = frozenset({"[deleted]", "[removed]", "[ Removed by Reddit ]"})
ROBOT = "AutoModerator"


class NotReadable(SourceError):
    """One subreddit cannot be read; the others can."""


class Reddit(Entry):
    """`kind: reddit`. `client` and `secret` are those of an app of type "script"."""

    kind: Literal["reddit"]
    base: Url = Field(default="https://oauth.reddit.com", validate_default=True)
    sign_in: Url = Field(default="https://www.reddit.com/api/v1/access_token", validate_default=True)
    medium: str = "Reddit"
    subreddits: Annotated[list[Annotated[str, Field(pattern=r"^\w{2,50}$")]], Field(min_length=1, max_length=20)]
    client: Secret
    secret: Secret
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 1
    recheck_days: Annotated[int, Field(ge=0, le=90)] = 7
    """How long edits and deletions are looked for; 0: not at all."""

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """New posts and comments of every subreddit, and then those of the last days once more."""
        with _Server(self, reading) as server:
            first, overlap = timedelta(days=self.first_days), timedelta(hours=self.overlap_hours)
            for path in [f"/r/{name}/{which}" for name in self.subreddits for which in ("new", "comments")]:
                try:
                    for page in newest_first(cursor, path, reading.now, first, overlap, partial(server.leg, path)):
                        cursor = page.cursor
                        yield page
                except NotReadable as error:
                    yield Page(cursor, problem=error)
            yield from recheck(self.name, cursor, reading, self.recheck_days, LIMIT, MAX_BATCHES, server.by_id)

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each post or comment by its name."""
        with _Server(self, reading) as server:
            yield from once_more(rejected, cursor, server.by_id)


class _Server:
    """The API, as one reading asks it. The token is asked for each time, and kept nowhere."""

    def __init__(self, entry: Reddit, reading: Reading) -> None:
        self._entry = entry
        self._reading = reading
        self._spent: datetime | None = None
        token = self._token()
        place = f"{entry.client.place} en {entry.secret.place}"
        self._api = Api(
            entry.name, str(entry.base), reading, {"Authorization": f"Bearer {token}"}, place, entry.allow_private, self._explain
        )

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._api.__exit__(None, None, None)

    def leg(self, path: str, _: datetime, page: str | None) -> Leg:
        """One page of a list."""
        body = self._get(path, {"limit": LIMIT, "raw_json": 1, **({"after": page} if page else {})}).body
        things = _things(body)
        written = [found for thing in things if (found := _written(thing, self._reading))]
        return Leg(self._sort_out(things), min(written, default=None), name_at(body, "data", "after") or None)

    def by_id(self, names: Sequence[str]) -> Listed:
        """Posts and comments by name, without those that were taken away."""
        things = _things(self._get("/api/info", {"id": ",".join(names), "raw_json": 1}).body)
        return self._sort_out(things)

    def _get(self, path: str, query: Query) -> Reply:
        """Asks, unless Reddit has said that this was the last time for now."""
        if self._spent is not None:
            raise self._patience(self._spent)
        reply = self._api.get(path, query)
        left = reply.headers.get("X-Ratelimit-Remaining", "")
        if left.replace(".", "", 1).isdecimal() and float(left) < 1:
            self._spent = until(reply.headers, self._reading.now)
        return reply

    def _token(self) -> str:
        entry = self._entry
        client, secret = entry.client.reveal(entry.name), entry.secret.reveal(entry.name)
        place = f"{entry.client.place} en {entry.secret.place}"
        basic = "Basic " + b64encode(f"{client}:{secret}".encode()).decode()
        with Api(entry.name, str(entry.sign_in), self._reading, {"Authorization": basic}, place, entry.allow_private) as door:
            token = name_at(door.post(door.base, form={"grant_type": "client_credentials"}).body, "access_token")
        if not token:
            raise SourceError(f"{entry.name}: Reddit geeft ons geen token.", f"Controleer de app van {place} bij Reddit.")
        return token

    def _explain(self, response: requests.Response) -> SourceError | None:
        name, place = self._entry.name, "/".join(urlsplit(response.url).path.split("/")[1:3])
        match response.status_code:
            case 403:
                return NotReadable(
                    f"{name}: Reddit laat ons {place} niet lezen (403).",
                    "Is die besloten, haal hem dan weg uit subreddits; vraag Reddit anders om toegang tot de Data API.",
                )
            case 404:
                return NotReadable(f"{name}: Reddit kent {place} niet (404).", "Controleer subreddits in sources.yaml.")
            case _:
                return None

    def _patience(self, moment: datetime) -> SourceError:
        return SourceError(
            f"{self._entry.name}: we hebben Reddit genoeg gevraagd voor nu.",
            "Luisterpost wacht tot het weer mag, en gaat dan vanzelf verder.",
            moment,
        )

    def _sort_out(self, things: Sequence[Any]) -> Listed:
        return sort_out([thing for thing in things if not _taken_away(thing)], lambda thing: name_at(thing, "name"), self._item)

    def _item(self, thing: Mapping[str, Any]) -> Item | None:
        if name_at(thing, "author") == ROBOT:
            return None
        published = _written(thing, self._reading)
        author = name_at(thing, "author_fullname")
        if published is None or not author:
            raise Unreadable("het bericht mist zijn moment of account")
        name, post = name_at(thing, "name"), name_at(thing, "link_id")
        permalink = name_at(thing, "permalink")
        text = words_at(thing, "body") if post else "\n\n".join(filter(None, (words_at(thing, "title"), words_at(thing, "selftext"))))
        return Item(
            external_id=name,
            text=text,
            published_at=published,
            author=author,
            url=f"https://www.reddit.com{permalink}" if permalink.startswith("/r/") else None,
            conversation=post or name,
            in_reply_to=name_at(thing, "parent_id") or None,
            medium=self._entry.medium,
            by_municipality=name_at(thing, "author").casefold() in self._reading.own_accounts,
            reach=1 + count_at(thing, "num_crossposts"),
            edited_at=_moment(at(thing, "edited"), self._reading),
        )


def _things(body: Any) -> list[Any]:
    return [at(child, "data") for child in entries_at(body, "data", "children")]


def _taken_away(thing: Any) -> bool:
    """By its writer, a moderator or Reddit: what is left says so where the words were."""
    said = [at(thing, "body"), at(thing, "selftext")]
    gone = at(thing, "author") == "[deleted]" or at(thing, "removed_by_category") is not None
    return gone or any(isinstance(words, str) and words.strip() in TAKEN_AWAY for words in said)


def _written(thing: Any, reading: Reading) -> datetime | None:
    return _moment(at(thing, "created_utc"), reading)


def _moment(value: Any, reading: Reading) -> datetime | None:
    """Unix seconds; `edited` is False where nothing was."""
    try:
        return moment(value, reading.zone) if value else None
    except NoMoment:
        return None
