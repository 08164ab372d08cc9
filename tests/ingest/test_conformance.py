"""The conformance suite over the kinds that came first: Mastodon and feeds."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from ingest.kinds.mastodon import id_at
from tests.ingest.conformance import US, Conformance, Fake, Said
from tests.ingest.conftest import Answer, Asked, Site


class MastodonFake(Fake):
    """A hashtag and what is asked by id."""

    kind = "mastodon"
    secrets = {"MASTODON_TOKEN": "geheim-van-mastodon"}

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.statuses: list[dict[str, Any]] = []
        site.say["/api/v1/timelines/tag/rivierstad"] = self._timeline
        site.say["/api/v1/statuses"] = lambda asked: Answer.json(self._wanted(parse_qs(asked.query).get("id[]", [])))
        site.say["/api/v1/statuses/*"] = lambda asked: Answer.json(self._wanted([asked.path.rsplit("/", 1)[1]])[0])

    def entry(self) -> dict[str, Any]:
        token = {"env": "MASTODON_TOKEN"}
        return {"base": self.site.url, "hashtags": ["rivierstad"], "token": token, "allow_private": True, "first_days": 400}

    def serve(self, everything: Sequence[Said]) -> None:
        self.statuses = sorted(map(self._status, everything), key=lambda status: int(status["id"]))

    def name(self, one: Said) -> str:
        return str(id_at(one.at) + one.number)

    def asks_patience(self, until: datetime, now: datetime) -> None:
        self._always(Answer.json({"error": "Too many requests"}, 429, X_RateLimit_Reset=until.isoformat()))

    def _status(self, one: Said) -> dict[str, Any]:
        author = one.author
        return {
            "id": self.name(one),
            "created_at": None if one.broken else one.at.isoformat(),
            "edited_at": one.edited_at.isoformat() if one.edited_at else None,
            "in_reply_to_id": self.name(one.answers) if one.answers else None,
            "visibility": "public",
            "content": f"<p>{escape(one.text)}</p>",
            "spoiler_text": "",
            "url": f"{self.site.url}/@{author.handle}/{self.name(one)}",
            "account": {"id": "9", "acct": self._acct(one), "username": author.handle, "display_name": author.name, "note": author.mail},
            "reblog": None,
            "reblogs_count": 0,
            "media_attachments": [],
        }

    def _acct(self, one: Said) -> str:
        return "gemeente@rivierstad.example" if one.author is US else one.author.handle

    def _timeline(self, asked: Asked) -> Answer:
        after = int(parse_qs(asked.query)["min_id"][0])
        newer = [status for status in self.statuses if int(status["id"]) > after][: self.page][::-1]
        newest = newer[0]["id"] if newer else after
        return Answer.json(newer, Link=f'<{self.site.url}{asked.path}?min_id={newest}>; rel="prev"')

    def _wanted(self, numbers: Sequence[str]) -> list[dict[str, Any]]:
        return [status for status in self.statuses if status["id"] in numbers]


class FeedFake(Fake):
    """RSS, whole in one answer."""

    kind = "feed"
    needs_no_secret = "a feed is public"
    keeps_deleted = "a feed drops what is old: that says nothing of what was deleted"
    knows_no_answers = "entries of a feed do not refer to each other"

    def entry(self) -> dict[str, Any]:
        return {"url": f"{self.site.url}/feed", "title": False, "allow_private": True}

    def serve(self, everything: Sequence[Said]) -> None:
        items = "".join(map(self._item, everything))
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Nieuws</title>{items}</channel></rss>'
        self.site.say["/feed"] = Answer(feed.encode(), headers={"Content-Type": "application/rss+xml"})

    def name(self, one: Said) -> str:
        return f"bericht-{one.number}"

    def _item(self, one: Said) -> str:
        words = "" if one.broken else f"<description>{escape(escape(one.text))}</description>"
        return (
            f"<item><guid isPermaLink='false'>{self.name(one)}</guid><pubDate>{format_datetime(one.at)}</pubDate>"
            f"<author>{one.author.handle}</author>{words}</item>"
        )


class TestMastodon(Conformance):
    fake = MastodonFake


class TestFeed(Conformance):
    fake = FeedFake
