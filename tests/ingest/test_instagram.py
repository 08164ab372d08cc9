"""Instagram: comments below our own posts with the answers to them, messages, and the calls of Meta."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from ingest.receive import receive
from tests.ingest.conformance import US, Conformance, Fake, Said
from tests.ingest.conftest import NOW, Post, Site
from tests.ingest.graph_site import OURS, SECRETS, Graph, call, changes, entry, messaging, refusal

HOUR = timedelta(hours=1)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def comment(number: int, minutes_ago: int, text: str = "de bak is vol", author: str = "77", parent: str | None = None) -> dict[str, Any]:
    return {
        "id": str(number),
        "text": text,
        "timestamp": stamp(NOW - timedelta(minutes=minutes_ago)),
        "from": {"id": author, "username": "piet.hein" if author != OURS else "gemeente"},
        "media": {"id": "900"},
    } | ({"parent_id": parent} if parent else {})


class Account(Graph):
    """The account, with one post; comments carry the answers below them."""

    def say(self, comments: Sequence[dict[str, Any]], answers: Sequence[dict[str, Any]] = (), caption: str | None = "Mooi weer") -> None:
        for one in comments:
            self.lists[f"{one['id']}/replies"] = [answer for answer in answers if answer["parent_id"] == one["id"]]
        top = sorted(comments, key=lambda one: str(one["timestamp"]), reverse=True)
        nested = [one | ({"replies": self.within(f"{one['id']}/replies")} if self.lists[f"{one['id']}/replies"] else {}) for one in top]
        self.lists["900/comments"] = nested
        post: dict[str, Any] = {"id": "900", "timestamp": stamp(NOW - timedelta(days=1)), "permalink": "https://www.instagram.com/p/abc/"}
        post |= {"comments_count": len(comments) + len(answers)} | ({"caption": caption} if caption else {})
        self.lists[f"{OURS}/media"] = [post | ({"comments": self.within("900/comments")} if comments else {})]
        self.nodes = {"900": post} | {one["id"]: one for one in [*comments, *answers]}


@pytest.fixture
def account(site: Site) -> Account:
    return Account(site)


@pytest.fixture
def instagram(post: Post, site: Site, account: Account, monkeypatch: pytest.MonkeyPatch) -> Post:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    post.source("instagram", **entry(site))
    return post


def test_a_post_is_ours_and_comments_and_answers_hang_below_it(instagram: Post, account: Account) -> None:
    account.say([comment(1, 60)], [comment(2, 30, "@piet.hein we halen het op", OURS, "1"), comment(3, 20, "fijn!", "78", "1")])
    instagram.hear()
    heard = instagram.by_id()
    assert (heard["media_900"].by_municipality, heard["media_900"].text) == (True, "Mooi weer")
    assert (heard["1"].in_reply_to, heard["2"].in_reply_to, heard["3"].in_reply_to) == ("media_900", "1", "1")
    assert {heard[number].conversation for number in ("media_900", "1", "2", "3")} == {"media_900"}
    assert (heard["2"].by_municipality, heard["1"].answered_at) == (True, NOW - timedelta(minutes=30))
    assert "piet.hein" not in heard["2"].text


def test_a_late_answer_below_an_old_comment_is_heard(instagram: Post, account: Account) -> None:
    account.page = 5
    comments = [comment(n, 60 * n) for n in range(1, 30)]
    account.say(comments)
    instagram.hear()
    account.say(comments, [comment(99, -5, "hier ook", "78", "29")])
    outcome = instagram.hear(now=NOW + timedelta(minutes=10))
    assert (outcome.added, instagram.by_id()["99"].in_reply_to) == (1, "29")


def test_where_the_number_of_comments_stays_no_more_than_the_newest_are_asked_for(instagram: Post, account: Account, site: Site) -> None:
    account.page = 5
    account.say([comment(n, 60 * n) for n in range(1, 30)])
    instagram.hear()
    before = len(site.asked)
    instagram.hear(now=NOW + timedelta(minutes=10))
    assert [asked.path for asked in site.asked[before:]] == [f"/v26.0/{OURS}/media"]


def test_an_account_of_ours_is_known_by_its_name_too(instagram: Post, account: Account) -> None:
    account.say([comment(1, 60) | {"from": {"id": "5", "username": "Gemeente"}}])
    instagram.hear()
    assert instagram.by_id()["1"].by_municipality


def test_its_messages_are_read_at_its_page(instagram: Post, account: Account, site: Site) -> None:
    account.say([])
    told = {"id": "aWdfZAG1", "message": "Waar blijft mijn pas?", "created_time": stamp(NOW - HOUR), "from": {"id": "88"}}
    account.lists["222/conversations"] = [{"id": "t_9", "updated_time": stamp(NOW - HOUR), "messages": {"data": [told]}}]
    account.nodes["aWdfZAG1"] = told
    instagram.source("instagram", **entry(site, messages=True, page="222"))
    instagram.hear()
    assert instagram.by_id()["aWdfZAG1"].private
    assert instagram.hear(now=NOW + 2 * HOUR).removed == 0


def test_a_call_of_meta_brings_a_comment_at_once(instagram: Post, account: Account) -> None:
    value = {"id": "17", "text": "de bak is vol", "from": {"id": "77", "username": "piet.hein"}, "media": {"id": "900"}}
    told = changes("instagram", OURS, "comments", [value], int(NOW.timestamp()))
    assert receive("bron", call(told), NOW).added == 1
    account.say([comment(17, 0)])
    instagram.hear(now=NOW + HOUR)
    assert len(instagram.by_id()) == 2 and instagram.by_id()["17"].in_reply_to == "media_900"


def test_a_message_that_its_writer_takes_back_is_removed(instagram: Post, site: Site) -> None:
    instagram.source("instagram", **entry(site, messages=True))
    event = {"sender": {"id": "88"}, "recipient": {"id": OURS}, "timestamp": int(NOW.timestamp() * 1000)}
    receive("bron", call(messaging("instagram", OURS, [event | {"message": {"mid": "aWdf", "text": "Hallo"}}])), NOW)
    taken = messaging("instagram", OURS, [event | {"message": {"mid": "aWdf", "is_deleted": True}}])
    assert receive("bron", call(taken), NOW).removed == 1


class InstagramFake(Fake):
    kind = "instagram"
    secrets = {"META_TOKEN": SECRETS["META_TOKEN"], "META_SECRET": SECRETS["META_SECRET"]}

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.account = Account(site, self.page)

    def entry(self) -> dict[str, Any]:
        return entry(self.site) | {"verify": None}

    def serve(self, everything: Sequence[Said]) -> None:
        top = [self._comment(one) for one in everything if not one.answers]
        self.account.say(top, [self._comment(one) for one in everything if one.answers], caption=None)

    def name(self, one: Said) -> str:
        return str(17_000 + one.number)

    def asks_patience(self, until: datetime, now: datetime) -> None:
        self._always(refusal(4, status=403, Retry_After=str(int((until - now).total_seconds()))))

    def refuses(self) -> None:
        self._always(refusal(190, status=401))

    def _comment(self, one: Said) -> dict[str, Any]:
        return {
            "id": self.name(one),
            "text": one.text,
            "timestamp": None if one.broken else stamp(one.at),
            "from": {"id": OURS, "username": "gemeente"}
            if one.author is US
            else {"id": f"9{one.author.handle}", "username": one.author.handle},
            "media": {"id": "900"},
        } | ({"parent_id": self.name(one.answers)} if one.answers else {})


class TestInstagram(Conformance):
    fake = InstagramFake
