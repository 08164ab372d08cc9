"""YouTube, Data API v3, in the documented shapes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from ingest.kinds.youtube import google_midnight
from models import Source
from models.words import RunOutcome
from tests.ingest.conformance import US, Conformance, Fake, Said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

HOUR = timedelta(hours=1)
OURS = "UCrivierstad"


def comment(number: str, minutes_ago: int, text: str = "de bak is vol", author: str = "UCpiet", **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=minutes_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {
        "textDisplay": text,
        "publishedAt": at,
        "updatedAt": at,
        "authorChannelId": {"value": author},
        "authorDisplayName": "@piet",
        "likeCount": 2,
    }
    return {"kind": "youtube#comment", "id": number, "snippet": said | ({"parentId": number.split(".")[0]} if "." in number else {}) | more}


class Server:
    """Threads newest first, of which the first five answers are shown."""

    def __init__(self, site: Site, page: int = 100) -> None:
        self.site = site
        self.page = page
        self.comments: list[dict[str, Any]] = []
        site.say["/commentThreads"] = self.threads
        site.say["/comments"] = self.answers

    def threads(self, asked: Asked) -> Answer:
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        assert asked.headers["x-goog-api-key"] == "geheim-van-youtube" and "key" not in query and query["textFormat"] == "plainText"
        top = sorted((c for c in self.comments if "." not in c["id"]), key=lambda c: str(c["snippet"]["publishedAt"]), reverse=True)
        if "id" in query:
            wanted = query["id"].split(",")
            assert len(wanted) <= 50
            return Answer.json({"items": [self.thread(c) for c in top if c["id"] in wanted]})
        assert query["allThreadsRelatedToChannelId"] == OURS
        start = int(query.get("pageToken", "0"))
        more = {"nextPageToken": str(start + self.page)} if top[start + self.page :] else {}
        return Answer.json({"items": [self.thread(c) for c in top[start : start + self.page]]} | more)

    def thread(self, top: dict[str, Any]) -> dict[str, Any]:
        below = self.below(top["id"])
        snippet = {"channelId": OURS, "videoId": "dQw4", "topLevelComment": top, "totalReplyCount": len(below), "isPublic": True}
        return {"kind": "youtube#commentThread", "id": top["id"], "snippet": snippet} | (
            {"replies": {"comments": below[:5]}} if below else {}
        )

    def answers(self, asked: Asked) -> Answer:
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        below, start = self.below(query["parentId"]), int(query.get("pageToken", "0"))
        more = {"nextPageToken": str(start + self.page)} if below[start + self.page :] else {}
        return Answer.json({"items": below[start : start + self.page]} | more)

    def below(self, thread: str) -> list[dict[str, Any]]:
        return [c for c in self.comments if c["id"].startswith(f"{thread}.")]


@pytest.fixture
def api(site: Site) -> Server:
    return Server(site)


@pytest.fixture
def youtube(post: Post, site: Site, api: Server, monkeypatch: pytest.MonkeyPatch) -> Post:
    monkeypatch.setenv("YOUTUBE_KEY", "geheim-van-youtube")
    post.source("youtube", base=site.url, account=OURS, key={"env": "YOUTUBE_KEY"}, allow_private=True)
    return post


def test_a_comment_becomes_a_message_that_names_nobody(youtube: Post, api: Server) -> None:
    api.comments = [comment("Ug1", 5, "Bij ons ook, @kees <3")]
    youtube.hear()
    message = youtube.messages()[0]
    assert (message.text, message.medium, message.reach) == ("Bij ons ook, [account] <3", "YouTube", 1)
    assert message.url == "https://www.youtube.com/watch?v=dQw4&lc=Ug1"
    assert (message.conversation, message.in_reply_to, message.edited_at) == ("Ug1", None, None)


def test_a_thread_comes_with_all_its_answers_and_ours_counts(youtube: Post, api: Server) -> None:
    api.page = 3
    answers = [comment(f"Ug1.{n}", 30 - n) for n in range(1, 9)]
    api.comments = [comment("Ug1", 40), *answers, comment("Ug1.x", 10, "We halen het op", OURS)]
    youtube.hear()
    heard = youtube.by_id()
    assert len(heard) == 10 and heard["Ug1.x"].by_municipality
    assert heard["Ug1"].answered_at == NOW - timedelta(minutes=10)
    assert {message.conversation for message in heard.values()} == {"Ug1"}
    assert heard["Ug1.x"].url == "https://www.youtube.com/watch?v=dQw4&lc=Ug1.x"


def test_an_answer_in_an_old_thread_is_heard_within_the_hour(youtube: Post, api: Server) -> None:
    api.comments = [comment(f"Ug{n}", 24 * 60 * n) for n in range(1, 10)]
    youtube.hear()
    api.comments.append(comment("Ug9.1", -10))
    assert youtube.hear(now=NOW + 2 * HOUR).added == 1


def test_an_edit_is_known_by_its_moment(youtube: Post, api: Server) -> None:
    api.comments = [comment("Ug1", 60, updatedAt=(NOW - timedelta(minutes=5)).isoformat())]
    youtube.hear()
    assert youtube.messages()[0].edited_at == NOW - timedelta(minutes=5)


def test_a_thread_that_is_gone_takes_its_answers_along(youtube: Post, api: Server) -> None:
    api.comments = [comment("Ug1", 60), comment("Ug1.1", 50), comment("Ug2", 40), comment("Ug2.1", 30)]
    youtube.hear()
    api.comments = api.comments[2:3]
    assert youtube.hear(now=NOW + 2 * HOUR).removed == 3


def test_a_spent_day_is_waited_for_until_google_counts_anew(youtube: Post, site: Site) -> None:
    reason = {"errors": [{"domain": "youtube.quota", "reason": "quotaExceeded", "message": "x"}], "code": 403, "message": "x"}
    site.say["/commentThreads"] = Answer.json({"error": reason}, 403)
    outcome = youtube.hear()
    assert outcome.outcome is RunOutcome.FAILED and "tegoed van vandaag" in outcome.problem
    assert youtube.session.get_one(Source, "bron").next_read_at == datetime(2026, 11, 19, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, tzinfo=UTC)),
        (datetime(2026, 11, 1, 12, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)),
    ],
)
def test_the_day_of_google_ends_at_midnight_in_california_also_when_its_clocks_change(now: datetime, midnight: datetime) -> None:
    assert google_midnight(now) == midnight


@pytest.mark.parametrize(
    ("status", "reason", "says", "mend"),
    [
        (400, "keyInvalid", "kent onze sleutel niet", "YOUTUBE_KEY"),
        (404, "channelNotFound", "kent ons kanaal niet", "account"),
        (403, "rateLimitExceeded", "te snel vragen", "vanzelf"),
        (403, "forbidden", "(403)", "YOUTUBE_KEY"),
        (500, "backendError", "(500)", "vanzelf"),
    ],
)
def test_each_refusal_is_one_clear_failed_run(youtube: Post, site: Site, status: int, reason: str, says: str, mend: str) -> None:
    site.say["/commentThreads"] = Answer.json({"error": {"errors": [{"reason": reason}]}}, status)
    outcome = youtube.hear()
    assert outcome.outcome is RunOutcome.FAILED and says in outcome.problem and mend in outcome.mend


class YouTubeFake(Fake):
    kind = "youtube"
    secrets = {"YOUTUBE_KEY": "geheim-van-youtube"}

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.server = Server(site, self.page)

    def entry(self) -> dict[str, Any]:
        return {"base": self.site.url, "account": OURS, "key": {"env": "YOUTUBE_KEY"}, "allow_private": True}

    def serve(self, everything: Sequence[Said]) -> None:
        self.server.comments = [self._comment(one) for one in everything]

    def name(self, one: Said) -> str:
        return f"{self.name(one.answers)}.{one.number}" if one.answers else f"Ugk{one.number:03}"

    def _comment(self, one: Said) -> dict[str, Any]:
        author = OURS if one.author is US else f"UC{one.author.handle}"
        at = one.at.isoformat()
        moments = {"publishedAt": None if one.broken else at, "updatedAt": one.edited_at.isoformat() if one.edited_at else at}
        return comment(self.name(one), 0, one.text, author, **moments, authorDisplayName=one.author.name)


class TestYouTube(Conformance):
    fake = YouTubeFake
