"""YouTube, Data API v3: what is said below the videos of our own channel.

Threads come newest first and are walked down to where the last walk began, and somewhat further. An answer appears in its own thread,
however old that is: the threads of the last `recheck_days` are asked for again by id, which shows new answers, edits and deletions.
A question costs one unit of the 10,000 that Google gives a day, whatever it brings.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import requests
from pydantic import Field

from ingest.entry import Entry, Reading, Url
from ingest.errors import SourceError
from ingest.lists.listing import Listed, Unreadable, at, entries_at, name_at, sort_out, words_at
from ingest.lists.newest import Leg, newest_first
from ingest.lists.recheck import once_more, recheck
from ingest.outside.api import Api, Query
from ingest.page import Item, Page, Rejected
from ingest.written.moments import NoMoment, moment
from outside.secrets import Secret
from outside.waiting import until

LIMIT = 100
BATCH = 50
"""As many threads as the API gives at once by id."""
MAX_BATCHES = 10
MAX_ANSWERS = 50
"""Pages of answers in one thread."""
PACIFIC = ZoneInfo("America/Los_Angeles")
"""Google's day, by which it counts."""
_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_HURRIED = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_NO_KEY = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID"})


class YouTube(Entry):
    """`kind: youtube`. `account` is the id of our channel (`UC...`), `key` an API key."""

    kind: Literal["youtube"]
    base: Url = Field(default="https://www.googleapis.com/youtube/v3", validate_default=True)
    medium: str = "YouTube"
    account: Annotated[str, Field(pattern=r"^[\w-]{2,60}$")]
    key: Secret
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 60
    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 1
    recheck_days: Annotated[int, Field(ge=0, le=90)] = 30
    """How long answers, edits and deletions in a thread are looked for; 0: not at all."""

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """New threads with their answers, and then threads of the last days once more."""
        with self._api(reading) as api:
            first, overlap = timedelta(days=self.first_days), timedelta(hours=self.overlap_hours)
            for page in newest_first(cursor, "threads", reading.now, first, overlap, partial(self._leg, api, reading)):
                cursor = page.cursor
                yield page
            yield from recheck(self.name, cursor, reading, self.recheck_days, BATCH, MAX_BATCHES, partial(self._by_id, api, reading))

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each comment by its id, with the thread that it is in."""
        with self._api(reading) as api:
            yield from once_more(rejected, cursor, partial(self._by_id, api, reading))

    def _api(self, reading: Reading) -> Api:
        headers = {"X-Goog-Api-Key": self.key.reveal(self.name)}
        return Api(self.name, str(self.base), reading, headers, self.key.place, self.allow_private, partial(self._explain, reading.now))

    def _leg(self, api: Api, reading: Reading, _: datetime, page: str | None) -> Leg:
        more = {"pageToken": page} if page else {}
        body = self._threads(api, {"allThreadsRelatedToChannelId": self.account, "order": "time", "maxResults": LIMIT, **more})
        threads = entries_at(body, "items")
        begun = [found for thread in threads if (found := _begun(thread, reading))]
        return Leg(self._with_answers(api, threads, reading), max(begun, default=None), name_at(body, "nextPageToken") or None)

    def _by_id(self, api: Api, reading: Reading, numbers: Sequence[str]) -> Listed:
        """The threads that these comments are in: an answer is numbered after its thread."""
        threads = sorted({number.partition(".")[0] for number in numbers})
        return self._with_answers(api, entries_at(self._threads(api, {"id": ",".join(threads), "maxResults": LIMIT}), "items"), reading)

    def _threads(self, api: Api, query: Query) -> Any:
        return api.get("commentThreads", {"part": "snippet,replies", "textFormat": "plainText", **query}).body

    def _with_answers(self, api: Api, threads: Sequence[Any], reading: Reading) -> Listed:
        written: list[Any] = []
        for thread in threads:
            top = at(thread, "snippet", "topLevelComment")
            video = name_at(thread, "snippet", "videoId")
            written += [_below(top, video), *(_below(answer, video) for answer in self._answers(api, thread))]
        return sort_out(written, _id, lambda comment: self._item(comment, reading))

    def _answers(self, api: Api, thread: Any) -> list[Any]:
        """A thread comes with at most five of its answers."""
        shown, total = entries_at(thread, "replies", "comments"), at(thread, "snippet", "totalReplyCount")
        if not isinstance(total, int) or total <= len(shown):
            return shown
        query: dict[str, str | int] = {"part": "snippet", "parentId": name_at(thread, "id"), "textFormat": "plainText", "maxResults": LIMIT}
        answers: list[Any] = []
        for _ in range(MAX_ANSWERS):
            body = api.get("comments", query).body
            answers += entries_at(body, "items")
            if not name_at(body, "nextPageToken"):
                break
            query["pageToken"] = name_at(body, "nextPageToken")
        return answers

    def _item(self, comment: Mapping[str, Any], reading: Reading) -> Item | None:
        number, said = _id(comment), at(comment, "snippet")
        if at(said, "publishedAt") is None or not isinstance(at(said, "textDisplay"), str):
            raise Unreadable("het bericht mist zijn inhoud of moment")
        published = moment(at(said, "publishedAt"), reading.zone)
        updated = moment(at(said, "updatedAt") or at(said, "publishedAt"), reading.zone)
        author = name_at(said, "authorChannelId", "value") or None
        thread, _, answer = number.partition(".")
        return Item(
            external_id=number,
            text=words_at(said, "textDisplay"),
            published_at=published,
            author=author,
            url=f"https://www.youtube.com/watch?v={comment['video']}&lc={number}" if comment["video"] else None,
            conversation=thread,
            in_reply_to=thread if answer else None,
            medium=self.medium,
            by_municipality=author == self.account,
            edited_at=updated if updated > published else None,
        )

    def _explain(self, now: datetime, response: requests.Response) -> SourceError | None:
        """By Google's own reason. Its words are left out."""
        try:
            error = at(response.json(), "error")
        except ValueError:
            return None
        reasons = {name_at(one, "reason") for one in [*entries_at(error, "errors"), *entries_at(error, "details")]}
        if reasons & _SPENT:
            return SourceError(
                f"{self.name}: het tegoed van vandaag bij YouTube is op.",
                "Luisterpost gaat verder als Google het vernieuwt, om middernacht in Californië. Gebeurt het vaker: verhoog every_minutes.",
                google_midnight(now),
            )
        if reasons & _HURRIED:
            return SourceError(
                f"{self.name}: YouTube vindt dat we te snel vragen.",
                "Luisterpost wacht tot het weer mag, en gaat dan vanzelf verder.",
                until(response.headers, now),
            )
        if reasons & _NO_KEY:
            return SourceError(
                f"{self.name}: YouTube kent onze sleutel niet.",
                f"Maak in de Google Cloud Console een API-sleutel, en zet die in {self.key.place}.",
            )
        if "channelNotFound" in reasons:
            return SourceError(f"{self.name}: YouTube kent ons kanaal niet.", "Controleer account in sources.yaml: het begint met UC.")
        return None


def google_midnight(now: datetime) -> datetime:
    """When the day of Google that `now` is in ends."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC).astimezone(now.tzinfo)


def _begun(thread: Any, reading: Reading) -> datetime | None:
    try:
        return moment(at(thread, "snippet", "topLevelComment", "snippet", "publishedAt"), reading.zone)
    except NoMoment:
        return None


def _below(comment: Any, video: str) -> Any:
    """A comment, with the video that it is below: an answer does not say so itself."""
    return {**comment, "video": video} if isinstance(comment, Mapping) else comment


def _id(comment: Mapping[str, Any]) -> str:
    return name_at(comment, "id")
