"""Facebook: the Page's posts, comments and conversations, and the calls of Meta."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from ingest.entry import Call, NotAuthentic
from ingest.receive import greet, receive
from models import Source
from models.words import RunOutcome
from tests.ingest.conformance import US, Conformance, Fake, Said
from tests.ingest.conftest import NOW, Answer, Post, Site
from tests.ingest.graph_site import OURS, SECRETS, TOKEN, WORD, Graph, call, changes, entry, messaging, refusal

HOUR = timedelta(hours=1)
POST = f"{OURS}_500"


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def comment(number: int, minutes_ago: int, message: str = "de bak is vol", author: str = "77", parent: str | None = None) -> dict[str, Any]:
    return {
        "id": f"500_{number}",
        "message": message,
        "created_time": stamp(NOW - timedelta(minutes=minutes_ago)),
        "from": {"id": author},
        "permalink_url": f"https://www.facebook.com/rivierstad/posts/500?comment_id={number}",
    } | ({"parent": {"id": parent}} if parent else {})


class Page(Graph):
    """The Page, with one post and what is said below it."""

    def say(self, comments: Sequence[dict[str, Any]], message: str | None = "Vandaag halen we afval op", minutes_ago: int = 1_500) -> None:
        self.lists[f"{POST}/comments"] = sorted(comments, key=lambda one: str(one["created_time"]), reverse=True)
        post = {"id": POST, "created_time": stamp(NOW - timedelta(minutes=minutes_ago)), "from": {"id": OURS}, "shares": {"count": 4}}
        post |= {"permalink_url": "https://www.facebook.com/rivierstad/posts/500"} | ({"message": message} if message else {})
        self.lists[f"{OURS}/feed"] = [post | {"comments": self.within(f"{POST}/comments")}]
        self.nodes = {POST: post} | {one["id"]: one for one in comments}

    def talk(self, *messages: tuple[str, str, int, str]) -> None:
        """One conversation: id, author, minutes ago, words."""
        told: list[dict[str, Any]] = [
            {"id": number, "message": words, "created_time": stamp(NOW - timedelta(minutes=ago)), "from": {"id": author}}
            for number, author, ago, words in messages
        ]
        thread = {
            "id": "t_1",
            "updated_time": stamp(NOW - timedelta(minutes=min(m[2] for m in messages))),
            "messages": {"data": told[::-1]},
        }
        self.lists[f"{OURS}/conversations"] = [thread]
        self.nodes |= {one["id"]: one for one in told}


@pytest.fixture
def page(site: Site) -> Page:
    return Page(site)


@pytest.fixture
def facebook(post: Post, site: Site, page: Page, monkeypatch: pytest.MonkeyPatch) -> Post:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    post.source("facebook", **entry(site))
    return post


def test_a_post_of_ours_is_a_broadcast_and_a_comment_below_it_a_message(facebook: Post, page: Page) -> None:
    page.say([comment(1, 30, "@kees kijk, de bak is vol")])
    facebook.hear()
    heard = facebook.by_id()
    assert (heard[POST].by_municipality, heard[POST].reach, heard[POST].annotation_due) == (True, 5, False)
    below = heard["500_1"]
    assert (below.text, below.by_municipality, below.in_reply_to) == ("[account] kijk, de bak is vol", False, POST)
    assert below.conversation == heard[POST].conversation == "500"
    assert below.url == "https://www.facebook.com/rivierstad/posts/500?comment_id=1"
    assert below.published_at == NOW - timedelta(minutes=30) and not below.private


def test_an_answer_of_the_page_is_to_the_comment_above_it(facebook: Post, page: Page) -> None:
    page.say([comment(1, 30), comment(2, 10, "We halen het op", OURS, parent="500_1")])
    facebook.hear()
    assert facebook.by_id()["500_1"].answered_at == NOW - timedelta(minutes=10)


def test_a_busy_post_is_read_whole_at_first_and_then_only_as_far_as_needed(facebook: Post, page: Page, site: Site) -> None:
    page.page = 10
    comments = [comment(n, n * 10) for n in range(1, 60)]
    page.say(comments)
    assert facebook.hear().added == 60
    before = len(site.asked)
    page.say([*comments, comment(99, -5)])
    assert facebook.hear(now=NOW + timedelta(minutes=10)).added == 1
    assert [asked.path for asked in site.asked[before:]] == [f"/v26.0/{OURS}/feed"]


def test_the_token_is_in_no_address_though_meta_puts_it_there(facebook: Post, page: Page, site: Site) -> None:
    page.page = 3
    page.say([comment(n, n * 10) for n in range(1, 12)])
    facebook.hear()
    assert TOKEN in site.told.decode()
    assert len(site.asked) > 3 and not any(TOKEN in asked.query for asked in site.asked)
    assert TOKEN not in json.dumps(facebook.session.get_one(Source, "bron").cursor)


def test_private_messages_are_read_only_where_asked_and_marked(facebook: Post, page: Page, site: Site) -> None:
    page.say([])
    page.talk(("m_1", "88", 60, "Waar blijft mijn pas?"), ("m_2", "88", 50, "Hallo?"), ("m_3", OURS, 20, "We kijken het na"))
    facebook.hear()
    assert "m_1" not in facebook.by_id()
    facebook.source("facebook", **entry(site, messages=True))
    facebook.hear(now=NOW + HOUR)
    heard = facebook.by_id()
    assert all(heard[number].private and heard[number].conversation == "t_1" for number in ("m_1", "m_2", "m_3"))
    assert (heard["m_3"].by_municipality, heard["m_3"].in_reply_to, heard["m_3"].url) == (True, "m_2", None)
    assert heard["m_2"].answered_at == NOW - timedelta(minutes=20)


def test_one_that_is_gone_does_not_hide_the_others(facebook: Post, page: Page) -> None:
    comments = [comment(n, n * 10) for n in range(1, 8)]
    page.say(comments)
    facebook.hear()
    comments[3]["message"] = "de bak is leeg"
    page.say(comments[1:])
    outcome = facebook.hear(now=NOW + 2 * HOUR)
    assert (outcome.removed, outcome.changed) == (1, 1)
    heard = facebook.by_id()
    assert (heard["500_1"].text, heard["500_4"].text) == ("", "de bak is leeg")


def test_a_page_that_lost_sight_of_everything_deletes_nothing_here(facebook: Post, page: Page) -> None:
    page.say([comment(n, n) for n in range(1, 40)])
    facebook.hear()
    page.nodes = {}
    outcome = facebook.hear(now=NOW + 2 * HOUR)
    assert outcome.removed == 0 and "er is niets gewist" in outcome.problem and all(facebook.texts())


@pytest.mark.parametrize(
    "headers",
    [
        {"X_App_Usage": json.dumps({"call_count": 97, "total_time": 10, "total_cputime": 3})},
        {"X_Business_Use_Case_Usage": json.dumps({OURS: [{"type": "pages", "call_count": 99, "estimated_time_to_regain_access": 60}]})},
    ],
)
def test_it_waits_before_meta_has_to_ask_for_it(facebook: Post, page: Page, site: Site, headers: dict[str, str]) -> None:
    page.page = 5
    page.say([comment(n, n) for n in range(1, 40)])
    page.headers = headers
    outcome = facebook.hear()
    assert outcome.outcome is RunOutcome.PARTLY and "genoeg gevraagd" in outcome.problem and len(site.asked) == 1
    assert facebook.session.get_one(Source, "bron").next_read_at == NOW + HOUR
    page.headers = {"X_App_Usage": json.dumps({"call_count": 20}), "X_Business_Use_Case_Usage": "geen json"}
    facebook.hear(now=NOW + HOUR)
    assert len(facebook.texts()) == 40


@pytest.mark.parametrize(
    ("answer", "says", "mend"),
    [
        (refusal(190, 463), "kent ons token niet (190)", "META_TOKEN"),
        (refusal(190, status=401), "kent ons token niet (190)", "META_TOKEN"),
        (refusal(10), "staat dit niet toe (10)", "rechten"),
        (refusal(200, status=403), "staat dit niet toe (200)", "META_TOKEN"),
        (refusal(100, 33), "kent dit account niet", "account"),
        (refusal(100), "begrijpt onze vraag niet (100)", "sources.yaml"),
        (refusal(32, status=403), "genoeg gevraagd", "vanzelf"),
        (refusal(2, status=500), "geeft een fout (500)", "vanzelf"),
        (Answer(b"<html>", 502), "geeft een fout (502)", "vanzelf"),
        (Answer.json({"error": "anders"}, 400), "geeft een fout (400)", "vanzelf"),
    ],
)
def test_each_refusal_is_one_clear_failed_run(facebook: Post, site: Site, answer: Answer, says: str, mend: str) -> None:
    site.say["/v26.0/*"] = answer
    outcome = facebook.hear()
    assert outcome.outcome is RunOutcome.FAILED
    assert outcome.problem.startswith("De bron: ") and says in outcome.problem and mend in outcome.mend
    assert "inwoner schreef" not in outcome.problem + outcome.mend


def feed(verb: str, number: str = "500_9", item: str = "comment", **more: Any) -> dict[str, Any]:
    value = {"item": item, "verb": verb, "post_id": POST, "parent_id": POST, "created_time": int(NOW.timestamp()) - 60}
    return value | {"comment_id": number, "message": "de bak is vol", "from": {"id": "77", "name": "Piet Zilvervloot"}} | more


def test_a_call_of_meta_brings_a_comment_at_once_and_reading_brings_it_no_second_time(facebook: Post, page: Page) -> None:
    told = changes("page", OURS, "feed", [feed("add"), {"item": "reaction", "verb": "add"}], int(NOW.timestamp()))
    assert receive("bron", call(told), NOW).added == 1
    below = facebook.by_id()["500_9"]
    assert (below.text, below.in_reply_to, below.published_at) == ("de bak is vol", POST, NOW - timedelta(minutes=1))
    page.say([comment(9, 1)])
    facebook.hear(now=NOW + HOUR)
    assert (len(facebook.texts()), facebook.by_id()["500_9"].url is not None) == (2, True)


def test_a_call_tells_of_edits_and_deletions(facebook: Post) -> None:
    receive("bron", call(changes("page", OURS, "feed", [feed("add"), feed("add", "500_10")], 1)), NOW)
    edited = changes("page", OURS, "feed", [feed("edited", message="de bak is leeg"), feed("remove", "500_10")], 2)
    received = receive("bron", call(edited), NOW + HOUR)
    assert (received.changed, received.removed) == (1, 1)
    assert facebook.by_id()["500_9"].text == "de bak is leeg"


def test_private_messages_come_by_call_only_where_asked(facebook: Post, site: Site) -> None:
    event = {"sender": {"id": "88"}, "recipient": {"id": OURS}, "timestamp": int(NOW.timestamp() * 1000)}
    told = messaging("page", OURS, [event | {"message": {"mid": "m_1", "text": "Waar blijft mijn pas?"}}, event | {"read": {}}])
    assert receive("bron", call(told), NOW).added == 0
    facebook.source("facebook", **entry(site, messages=True))
    told["entry"][0]["time"] = 2
    assert receive("bron", call(told), NOW).added == 1
    assert facebook.messages()[0].private and facebook.messages()[0].published_at == NOW
    back = messaging("page", OURS, [event | {"message": {"mid": "m_1", "is_deleted": True}}])
    assert receive("bron", call(back), NOW).removed == 1


def test_what_another_page_is_told_is_passed_over(facebook: Post) -> None:
    others: list[Any] = [
        changes("page", "222", "feed", [feed("add")], 1),
        changes("instagram", OURS, "feed", [feed("add")], 1),
        [],
        {"entry": 3},
    ]
    for told in others:
        assert receive("bron", call(told), NOW).added == 0


def test_a_call_that_is_not_metas_is_refused_unseen(facebook: Post) -> None:
    told = changes("page", OURS, "feed", [feed("add")], 1)
    good = call(told)
    for bad in (
        call(told, secret="geraden"),
        Call("POST", {}, {}, good.body),
        Call("POST", dict(good.headers), {}, good.body + b" "),
        Call("POST", {"x-hub-signature-256": "sha256=é"}, {}, good.body),
    ):
        with pytest.raises(NotAuthentic):
            receive("bron", bad, NOW)
    assert facebook.messages() == []


def test_a_replayed_call_stores_nothing_again(facebook: Post) -> None:
    told = call(changes("page", OURS, "feed", [feed("add")], 1))
    assert not receive("bron", told, NOW).repeated
    assert receive("bron", told, NOW + HOUR).repeated


def test_a_broken_comment_in_a_call_stands_aside_and_is_read_by_its_number(facebook: Post, page: Page) -> None:
    from ingest.rejected import retry

    told = changes("page", OURS, "feed", [feed("add", message={"wat": 1}), feed("add", "500_10")], 1)
    received = receive("bron", call(told), NOW)
    assert (received.added, len(received.refused)) == (1, 1)
    page.say([comment(9, 1)])
    assert (retry("bron", NOW + HOUR).added, facebook.aside()) == (1, [])


def test_meta_is_greeted_back_only_with_the_word_agreed_on(facebook: Post, site: Site) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444"}
    assert greet("bron", Call("GET", {}, asked, b"")) == "1158201444"
    for wrong in ({"hub.verify_token": "geraden"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": "<script>"}):
        with pytest.raises(NotAuthentic):
            greet("bron", Call("GET", {}, asked | wrong, b""))
    facebook.source("facebook", **entry(site) | {"verify": None})
    with pytest.raises(NotAuthentic):
        greet("bron", Call("GET", {}, asked, b""))


class FacebookFake(Fake):
    kind = "facebook"
    secrets = {"META_TOKEN": SECRETS["META_TOKEN"], "META_SECRET": SECRETS["META_SECRET"]}

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.page_of_ours = Page(site, self.page)

    def entry(self) -> dict[str, Any]:
        return entry(self.site) | {"verify": None, "post_days": 365}

    def serve(self, everything: Sequence[Said]) -> None:
        newest_first = sorted(everything, key=lambda one: one.at, reverse=True)
        self.page_of_ours.say([], message=None)
        self.page_of_ours.lists[f"{POST}/comments"] = [self._comment(one) for one in newest_first]
        self.page_of_ours.lists[f"{OURS}/feed"][0]["comments"] = self.page_of_ours.within(f"{POST}/comments")
        self.page_of_ours.nodes |= {self.name(one): self._comment(one) for one in everything}

    def name(self, one: Said) -> str:
        return f"500_{one.number + 1000}"

    def asks_patience(self, until: datetime, now: datetime) -> None:
        minutes = (until - now).total_seconds() / 60
        usage = json.dumps({OURS: [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": minutes}]})
        self._always(refusal(32, X_Business_Use_Case_Usage=usage))

    def refuses(self) -> None:
        self._always(refusal(190))

    def _comment(self, one: Said) -> dict[str, Any]:
        return {
            "id": self.name(one),
            "message": one.text,
            "created_time": None if one.broken else stamp(one.at),
            "from": {"id": OURS if one.author is US else one.author.handle, "name": one.author.name},
            "permalink_url": f"https://www.facebook.com/rivierstad/posts/500?comment_id={one.number + 1000}",
        } | ({"parent": {"id": self.name(one.answers)}} if one.answers else {})


class TestFacebook(Conformance):
    fake = FacebookFake
