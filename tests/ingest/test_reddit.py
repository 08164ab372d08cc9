"""Reddit: posts and comments of subreddits, in the documented shapes."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from models import Source
from models.words import RunOutcome
from tests.ingest.conformance import US, Conformance, Fake, Said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

HOUR = timedelta(hours=1)
SECRETS = {"REDDIT_CLIENT": "onze-app", "REDDIT_SECRET": "geheim-van-reddit"}
TOKEN = "geheim-voor-een-dag"


def comment(number: str, minutes_ago: int, body: str = "de bak is vol", **more: Any) -> dict[str, Any]:
    return {
        "name": f"t1_{number}",
        "author": "piet",
        "author_fullname": "t2_piet",
        "body": body,
        "created_utc": (NOW - timedelta(minutes=minutes_ago)).timestamp(),
        "edited": False,
        "link_id": "t3_post",
        "parent_id": "t3_post",
        "permalink": f"/r/rivierstad/comments/post/volle_bakken/{number}/",
    } | more


def submission(number: str, minutes_ago: int, title: str = "Volle bakken", selftext: str = "Overal!", **more: Any) -> dict[str, Any]:
    written = comment(number, minutes_ago) | {"name": f"t3_{number}", "title": title, "selftext": selftext, "num_crossposts": 2}
    permalink = {"permalink": f"/r/rivierstad/comments/{number}/volle_bakken/", "removed_by_category": None}
    return {name: value for name, value in (written | permalink | more).items() if name not in ("body", "link_id", "parent_id")}


class Server:
    """Two lists, newest first, and everything by name."""

    def __init__(self, site: Site, page: int = 100) -> None:
        self.site = site
        self.page = page
        self.things: list[dict[str, Any]] = []
        self.headers: dict[str, Any] = {}
        site.say["/api/v1/access_token"] = self.sign_in
        site.say["/r/rivierstad/new"] = lambda asked: self.list(asked, "t3_")
        site.say["/r/rivierstad/comments"] = lambda asked: self.list(asked, "t1_")
        site.say["/api/info"] = self.info

    def sign_in(self, asked: Asked) -> Answer:
        basic = b64encode(f"{SECRETS['REDDIT_CLIENT']}:{SECRETS['REDDIT_SECRET']}".encode()).decode()
        assert (asked.method, asked.body, asked.headers["authorization"]) == ("POST", b"grant_type=client_credentials", f"Basic {basic}")
        return Answer.json({"access_token": TOKEN, "token_type": "bearer", "expires_in": 86400, "scope": "*"})

    def list(self, asked: Asked, sort: str) -> Answer:
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        assert asked.headers["authorization"] == f"Bearer {TOKEN}" and query["raw_json"] == "1" and "before" not in query
        newest = sorted((t for t in self.things if t["name"].startswith(sort)), key=lambda t: t["created_utc"] or 0, reverse=True)
        start = next((n + 1 for n, t in enumerate(newest) if t["name"] == query.get("after")), 0)
        shown, more = newest[start : start + self.page], newest[start + self.page :]
        return self.listing(shown, shown[-1]["name"] if more else None)

    def info(self, asked: Asked) -> Answer:
        wanted = parse_qs(asked.query)["id"][0].split(",")
        assert len(wanted) <= 100
        return self.listing([t for t in self.things if t["name"] in wanted], None)

    def listing(self, things: Sequence[dict[str, Any]], after: str | None) -> Answer:
        children = [{"kind": t["name"][:2], "data": t} for t in things]
        return Answer.json({"kind": "Listing", "data": {"after": after, "before": None, "children": children}}, **self.headers)


def source(site: Site) -> dict[str, Any]:
    return {
        "base": site.url,
        "sign_in": f"{site.url}/api/v1/access_token",
        "subreddits": ["rivierstad"],
        "client": {"env": "REDDIT_CLIENT"},
        "secret": {"env": "REDDIT_SECRET"},
        "allow_private": True,
    }


@pytest.fixture
def api(site: Site) -> Server:
    return Server(site)


@pytest.fixture
def reddit(post: Post, site: Site, api: Server, monkeypatch: pytest.MonkeyPatch) -> Post:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    post.source("reddit", **source(site))
    return post


def test_posts_and_comments_become_messages_that_name_nobody(reddit: Post, api: Server) -> None:
    api.things = [submission("a", 60), comment("b", 30, "bij u/kees ook & <3", link_id="t3_a", parent_id="t3_a")]
    reddit.hear()
    heard = reddit.by_id()
    assert (heard["t3_a"].text, heard["t3_a"].reach, heard["t3_a"].in_reply_to) == ("Volle bakken\n\nOveral!", 3, None)
    assert (heard["t1_b"].conversation, heard["t1_b"].in_reply_to) == (heard["t3_a"].conversation, "t3_a")
    assert heard["t1_b"].url == "https://www.reddit.com/r/rivierstad/comments/post/volle_bakken/b/"
    assert heard["t1_b"].published_at == NOW - timedelta(minutes=30)


def test_the_robot_of_a_subreddit_is_not_a_resident(reddit: Post, api: Server) -> None:
    api.things = [comment("a", 5, "Lees de regels", author="AutoModerator")]
    assert (reddit.hear().added, reddit.texts()) == (0, [])


def test_our_own_account_answers(reddit: Post, api: Server) -> None:
    answer = comment("b", 10, "We halen het op", author="Gemeente", author_fullname="t2_ons", parent_id="t1_a")
    api.things = [comment("a", 60), answer]
    reddit.hear()
    assert reddit.by_id()["t1_a"].answered_at == NOW - timedelta(minutes=10)


@pytest.mark.parametrize(
    "what_is_left",
    [
        {"author": "[deleted]", "author_fullname": None, "body": "[deleted]"},
        {"body": "[removed]"},
        {"body": "[deleted]", "removed_by_category": "moderator"},
    ],
)
def test_what_was_taken_away_is_removed(reddit: Post, api: Server, what_is_left: dict[str, Any]) -> None:
    api.things = [comment("a", 60), comment("b", 50)]
    reddit.hear()
    api.things[0] |= what_is_left
    outcome = reddit.hear(now=NOW + 2 * HOUR)
    assert (outcome.removed, outcome.rejected, outcome.problem) == (1, 0, "")
    assert reddit.by_id()["t1_a"].text == ""


def test_a_closed_subreddit_does_not_hide_the_others(reddit: Post, api: Server, site: Site) -> None:
    api.things = [comment("a", 60)]
    site.say["/r/besloten/*"] = Answer.json({"reason": "private"}, 403)
    reddit.source("reddit", **source(site) | {"subreddits": ["besloten", "rivierstad"]})
    outcome = reddit.hear()
    assert (outcome.outcome, outcome.added) == (RunOutcome.PARTLY, 1) and "r/besloten niet lezen" in outcome.problem


def test_an_edit_is_known_by_its_moment(reddit: Post, api: Server) -> None:
    api.things = [comment("a", 60, edited=(NOW - timedelta(minutes=5)).timestamp()), comment("b", 50, edited=True)]
    reddit.hear()
    heard = reddit.by_id()
    assert (heard["t1_a"].edited_at, heard["t1_b"].edited_at) == (NOW - timedelta(minutes=5), None)


def test_the_token_is_kept_nowhere(reddit: Post, api: Server, site: Site) -> None:
    api.things = [comment(str(n), n) for n in range(5)]
    reddit.hear()
    reddit.hear(now=NOW + HOUR)
    assert len([asked for asked in site.asked if "access_token" in asked.path]) == 2
    assert TOKEN not in str(reddit.session.get_one(Source, "bron").cursor)


def test_it_waits_before_reddit_has_to_ask_for_it(reddit: Post, api: Server) -> None:
    api.things = [comment(str(n), n) for n in range(1, 150)]
    api.headers = {"X_Ratelimit_Used": "600", "X_Ratelimit_Remaining": "0.0", "X_Ratelimit_Reset": "300"}
    outcome = reddit.hear()
    assert outcome.outcome is not RunOutcome.DONE and "genoeg gevraagd" in outcome.problem
    assert reddit.session.get_one(Source, "bron").next_read_at == NOW + timedelta(seconds=300)
    api.headers = {"X_Ratelimit_Remaining": "590.0", "X_Ratelimit_Reset": "300"}
    reddit.hear(now=NOW + timedelta(seconds=300))
    assert len(reddit.texts()) == 149


@pytest.mark.parametrize(
    ("path", "answer", "says", "mend"),
    [
        ("/api/v1/access_token", Answer.json({"error": 401}, 401), "kent ons token niet (401)", "REDDIT_SECRET"),
        ("/api/v1/access_token", Answer.json({"error": "unsupported_grant_type"}), "geeft ons geen token", "REDDIT_CLIENT"),
        ("/r/rivierstad/new", Answer.json({"reason": "private"}, 403), "laat ons r/rivierstad niet lezen (403)", "subreddits"),
        ("/r/rivierstad/new", Answer.json({"reason": "banned"}, 404), "kent r/rivierstad niet (404)", "subreddits"),
        ("/r/rivierstad/comments", Answer(b"<html>", 500), "geeft een fout (500)", "vanzelf"),
    ],
)
def test_each_refusal_is_one_clear_failed_run(reddit: Post, site: Site, path: str, answer: Answer, says: str, mend: str) -> None:
    site.say[path] = answer
    outcome = reddit.hear()
    assert outcome.outcome is RunOutcome.FAILED and says in outcome.problem and mend in outcome.mend


class RedditFake(Fake):
    kind = "reddit"
    secrets = SECRETS

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.server = Server(site, self.page)

    def entry(self) -> dict[str, Any]:
        return source(self.site) | {"first_days": 60}

    def serve(self, everything: Sequence[Said]) -> None:
        self.server.things = [self._thing(one) for one in everything]

    def name(self, one: Said) -> str:
        return f"t{1 if one.answers else 3}_{one.number:03}"

    def _thing(self, one: Said) -> dict[str, Any]:
        author = {"author": "gemeente" if one.author is US else one.author.handle, "author_fullname": f"t2_{one.author.handle}"}
        moments = {
            "created_utc": None if one.broken else one.at.timestamp(),
            "edited": one.edited_at.timestamp() if one.edited_at else False,
        }
        number = f"{one.number:03}"
        if one.answers:
            parent = self.name(one.answers)
            return comment(number, 0, one.text, link_id=parent, parent_id=parent, **author, **moments)
        return submission(number, 0, "Kijk nou", one.text, **author, **moments)


class TestReddit(Conformance):
    fake = RedditFake
