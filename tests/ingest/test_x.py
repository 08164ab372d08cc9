"""X, API v2, in the documented shapes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from ingest.kinds.x import id_at
from models import Source
from models.words import RunOutcome
from tests.ingest.conformance import US, Conformance, Fake, Said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def tweet(minutes_ago: int, text: str = "de bak is vol", **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes_ago)
    number = str(id_at(at) + 7)
    return {
        "id": number,
        "text": text,
        "author_id": "9",
        "conversation_id": number,
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "edit_history_tweet_ids": [number],
        "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 4, "quote_count": 0},
    } | more


class Server:
    """Speaks as much of the API as we ask of it. Our own account has number 42."""

    def __init__(self, site: Site, page: int = 100) -> None:
        self.site = site
        self.page = page
        self.found: list[dict[str, Any]] = []
        self.ours: list[dict[str, Any]] = []
        self.mentions: list[dict[str, Any]] = []
        self.old: dict[str, dict[str, Any]] = {}
        """Earlier versions of posts that were edited: a lookup by their id gives them still."""
        self.headers: dict[str, Any] = {}
        site.say["/2/users/by"] = Answer.json({"data": [{"id": "42", "name": "Gemeente", "username": "Gemeente"}]})
        site.say["/2/tweets/search/recent"] = lambda asked: self.list(asked, self.found, "next_token")
        site.say["/2/users/42/mentions"] = lambda asked: self.list(asked, self.mentions, "pagination_token")
        site.say["/2/users/42/tweets"] = lambda asked: self.list(asked, self.ours, "pagination_token")
        site.say["/2/tweets"] = self.lookup

    def list(self, asked: Asked, everything: Sequence[dict[str, Any]], token: str) -> Answer:
        query = parse_qs(asked.query)
        assert asked.headers["authorization"] == "Bearer geheim-van-x"
        since, until = int(query["since_id"][0]), int(query.get(token, ["9" * 19])[0])
        newest = sorted((t for t in everything if since < int(t["id"]) < until), key=lambda t: -int(t["id"]))
        shown, more = newest[: self.page], newest[self.page :]
        meta = {"result_count": len(shown)} | ({"next_token": shown[-1]["id"]} if more else {})
        return Answer.json({"meta": meta} | ({"data": shown} if shown else {}), **self.headers)

    def lookup(self, asked: Asked) -> Answer:
        wanted = parse_qs(asked.query)["ids"][0].split(",")
        assert len(wanted) <= 100
        known = {t["id"]: t for t in [*self.found, *self.ours, *self.mentions]} | self.old
        gone = [
            {
                "resource_type": "tweet",
                "resource_id": number,
                "title": "Not Found Error",
                "type": "https://api.x.com/2/problems/resource-not-found",
            }
            for number in wanted
            if number not in known
        ]
        found = [known[number] for number in wanted if number in known]
        return Answer.json(({"data": found} if found else {}) | ({"errors": gone} if gone else {}))


@pytest.fixture
def api(site: Site) -> Server:
    return Server(site)


@pytest.fixture
def x(post: Post, site: Site, api: Server, monkeypatch: pytest.MonkeyPatch) -> Post:
    monkeypatch.setenv("X_TOKEN", "geheim-van-x")
    post.source("x", base=site.url, search="#rivierstad", accounts=["@gemeente"], token={"env": "X_TOKEN"}, allow_private=True)
    return post


def test_a_post_becomes_a_message_that_names_nobody(x: Post, api: Server) -> None:
    metrics = {"retweet_count": 3, "quote_count": 2}
    api.found = [tweet(5, "De bak van @kees is vol &amp; vies &lt;3", public_metrics=metrics, conversation_id="77")]
    x.hear()
    message = x.messages()[0]
    assert message.text == "De bak van [account] is vol & vies <3"
    assert message.url == f"https://x.com/i/status/{api.found[0]['id']}"
    assert (message.reach, message.private, message.conversation, message.medium) == (6, False, "77", "X")
    assert message.published_at == NOW - timedelta(minutes=5)


def test_a_long_post_comes_whole(x: Post, api: Server) -> None:
    api.found = [tweet(5, "de bak is…", note_tweet={"text": "de bak is vol " * 100})]
    x.hear()
    assert len(x.messages()[0].text) > 1000


def test_shared_posts_are_left_out_and_quotes_answer_nothing(x: Post, api: Server) -> None:
    api.found = [
        tweet(1, "RT @piet: de bak is vol", referenced_tweets=[{"type": "retweeted", "id": "5"}]),
        tweet(2, "kijk nou, alweer vol", referenced_tweets=[{"type": "quoted", "id": "5"}]),
        tweet(3, "ja hier ook", referenced_tweets=[{"type": "replied_to", "id": "5"}]),
    ]
    x.hear()
    assert [(message.text, message.in_reply_to) for message in x.messages()] == [("ja hier ook", "5"), ("kijk nou, alweer vol", None)]


def test_our_account_is_looked_up_once_and_what_it_says_is_ours(x: Post, api: Server, site: Site) -> None:
    question = tweet(60, "@gemeente de bak is vol")
    api.mentions = [question]
    api.ours = [tweet(10, "Dank, we halen het op", author_id="42", referenced_tweets=[{"type": "replied_to", "id": question["id"]}])]
    x.hear()
    x.hear(now=NOW + HOUR)
    assert len([asked for asked in site.asked if asked.path == "/2/users/by"]) == 1
    heard = x.by_id()
    assert heard[api.ours[0]["id"]].by_municipality
    assert heard[question["id"]].answered_at == NOW - timedelta(minutes=10)


def test_an_account_that_x_does_not_know_is_named(x: Post, site: Site) -> None:
    site.say["/2/users/by"] = Answer.json({"errors": [{"value": "gemeente", "title": "Not Found Error"}]})
    outcome = x.hear()
    assert "X kent het account gemeente niet" in outcome.problem and "accounts" in outcome.mend


def test_an_edited_post_stays_one_message_and_its_old_words_do_not_return(x: Post, api: Server) -> None:
    first = tweet(30, "de bak is vok")
    api.found = [first]
    x.hear()
    second = tweet(20, "de bak is vol", edit_history_tweet_ids=[first["id"], str(id_at(NOW - timedelta(minutes=20)) + 7)])
    api.old = {first["id"]: first | {"edit_history_tweet_ids": second["edit_history_tweet_ids"]}}
    api.found = [second]
    for later in (HOUR, DAY):
        x.hear(now=NOW + later)
        assert x.texts() == ["de bak is vol"]
    assert (x.messages()[0].edited_at, x.messages()[0].published_at) == (NOW - timedelta(minutes=20), NOW - timedelta(minutes=30))


def test_of_two_versions_in_one_answer_the_later_counts_and_without_it_the_old_words_do_not_return(x: Post, api: Server) -> None:
    first, second = tweet(30, "de bak is vok"), tweet(20, "de bak is vol")
    history = [first["id"], second["id"]]
    api.found = [first | {"edit_history_tweet_ids": history}, second | {"edit_history_tweet_ids": history}]
    x.hear()
    assert x.texts() == ["de bak is vol"]
    api.found = [first | {"edit_history_tweet_ids": history}]
    outcome = x.hear(now=NOW + DAY)
    assert (outcome.changed, outcome.removed, x.texts()) == (0, 0, ["de bak is vol"])


def test_what_is_no_longer_public_is_removed_but_what_x_does_not_answer_for_stays(x: Post, api: Server, site: Site) -> None:
    api.found = [tweet(n) for n in range(1, 4)]
    x.hear()
    closed = {"resource_id": api.found[0]["id"], "type": "https://api.x.com/2/problems/not-authorized-for-resource"}
    other = {"resource_id": api.found[1]["id"], "type": "https://api.x.com/2/problems/service-unavailable"}
    site.say["/2/tweets"] = Answer.json({"data": [api.found[2]], "errors": [closed, other]})
    assert x.hear(now=NOW + DAY).removed == 1
    assert x.by_id()[api.found[0]["id"]].text == ""


def test_an_account_that_lost_sight_of_everything_deletes_nothing_here(x: Post, api: Server) -> None:
    api.found = [tweet(n) for n in range(1, 30)]
    x.hear()
    api.found = []
    outcome = x.hear(now=NOW + DAY)
    assert outcome.removed == 0 and "er is niets gewist" in outcome.problem and all(x.texts())


def test_after_a_long_silence_no_more_is_asked_of_the_search_than_it_gives(x: Post, api: Server, site: Site) -> None:
    x.hear()
    x.hear(now=NOW + timedelta(days=30))
    search = [parse_qs(asked.query) for asked in site.asked if asked.path == "/2/tweets/search/recent"][-1]
    assert int(search["since_id"][0]) > id_at(NOW + timedelta(days=23))


def test_it_waits_before_x_has_to_ask_for_it(x: Post, api: Server, site: Site) -> None:
    reset = NOW + timedelta(minutes=12)
    api.found = [tweet(n) for n in range(1, 250)]
    api.headers = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": str(int(reset.timestamp()))}
    outcome = x.hear()
    assert (outcome.outcome, outcome.added) == (RunOutcome.PARTLY, 100)
    assert "genoeg gevraagd" in outcome.problem and len([a for a in site.asked if "search" in a.path]) == 1
    assert x.session.get_one(Source, "bron").next_read_at == reset
    api.headers = {}
    assert x.hear(now=reset).added == 149


@pytest.mark.parametrize(
    ("answer", "says", "mend"),
    [
        (Answer.json({"title": "Invalid Request"}, 400), "begrijpt onze vraag niet (400)", "search"),
        (Answer.json({"title": "CreditsDepleted"}, 402), "tegoed bij X is op (402)", "Developer Console"),
        (Answer.json({"reason": "client-not-enrolled"}, 403), "staat dit niet toe (403)", "X_TOKEN"),
        (Answer.json({"title": "Service Unavailable"}, 500), "geeft een fout (500)", "vanzelf"),
        (Answer(b"<html>"), "is geen JSON", "sources.yaml"),
    ],
)
def test_each_refusal_is_one_clear_failed_run(x: Post, site: Site, answer: Answer, says: str, mend: str) -> None:
    site.say["/2/tweets/search/recent"] = answer
    outcome = x.hear()
    assert outcome.outcome is RunOutcome.FAILED
    assert outcome.problem.startswith("De bron: ") and says in outcome.problem and mend in outcome.mend


def test_without_anything_to_read_it_is_refused(x: Post) -> None:
    x.source("x", token={"env": "X_TOKEN"})
    assert "noem search of accounts" in x.hear().problem


class XFake(Fake):
    kind = "x"
    secrets = {"X_TOKEN": "geheim-van-x"}
    later = timedelta(hours=25)

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.server = Server(site, self.page)

    def entry(self) -> dict[str, Any]:
        return {
            "base": self.site.url,
            "search": "#rivierstad",
            "accounts": ["gemeente"],
            "token": {"env": "X_TOKEN"},
            "allow_private": True,
        }

    def serve(self, everything: Sequence[Said]) -> None:
        self.server.found = [self._tweet(one) for one in everything if not one.by_us]
        self.server.ours = [self._tweet(one) for one in everything if one.by_us]
        self.server.old = {
            self.name(one): self._tweet(one) | {"id": self.name(one), "text": "zoals het eerst was"} for one in everything if one.edited_at
        }

    def name(self, one: Said) -> str:
        return str(id_at(one.at) + one.number)

    def asks_patience(self, until: datetime, now: datetime) -> None:
        self._always(Answer.json({"title": "Too Many Requests"}, 429, x_rate_limit_reset=str(int(until.timestamp()))))

    def _tweet(self, one: Said) -> dict[str, Any]:
        versions = [self.name(one), *([str(id_at(one.edited_at) + one.number)] if one.edited_at else [])]
        return {
            "id": versions[-1],
            "text": one.text.replace("&", "&amp;").replace("<", "&lt;"),
            "author_id": "42" if one.author is US else one.author.handle,
            "created_at": None if one.broken else (one.edited_at or one.at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "conversation_id": self.name(one.answers or one),
            "edit_history_tweet_ids": versions,
            "public_metrics": {},
            "referenced_tweets": [{"type": "replied_to", "id": self.name(one.answers)}] if one.answers else [],
        }


class TestX(Conformance):
    fake = XFake
