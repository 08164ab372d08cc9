"""Bluesky, in the documented shapes: sessions, lists, threads, and the stream of the whole network."""

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.entry import Follows
from ingest.kinds.bluesky_posts import heard, matcher
from ingest.live import listen_once
from ingest.sources import find_source
from models import Source
from models.settings import settings
from tests.ingest.conformance import PIET, SASKIA, US, Author, Conformance, Fake, Said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site
from tests.ingest.talking import Talker, talking

HOUR = timedelta(hours=1)
OURS = "did:plc:gemeente"
POST = "app.bsky.feed.post"
DIDS = {PIET: "did:plc:a1577", SASKIA: "did:plc:b1612", US: OURS}
PASSWORD = "abcd-efgh-ijkl-mnop"


def uri(author: str, number: object) -> str:
    return f"at://{author}/{POST}/3k{number:>011}" if isinstance(number, int) else f"at://{author}/{POST}/{number}"


def view(number: int, at: datetime, text: str = "de bak is vol", author: str = "did:plc:piet", **record: Any) -> dict[str, Any]:
    """A post as lists show it."""
    written = at.isoformat().replace("+00:00", "Z")
    return {
        "uri": uri(author, number),
        "cid": "bafy",
        "author": {"did": author, "handle": "piet.bsky.social", "displayName": "Piet"},
        "record": {"$type": POST, "text": text, "createdAt": written} | record,
        "indexedAt": written,
        "replyCount": 0,
        "repostCount": 2,
        "quoteCount": 1,
    }


class Network:
    """As much of the network as we ask of it, behind one address, as our own server shows it."""

    signed = "Bearer token"

    def __init__(self, site: Site, page: int = 100) -> None:
        self.site = site
        self.page = page
        self.posts: list[dict[str, Any]] = []
        self.mentions: list[str] = []
        self.threads: dict[str, list[dict[str, Any]]] = {}
        for name, say in {
            "com.atproto.server.createSession": self._session,
            "com.atproto.identity.resolveHandle": lambda _: Answer.json({"did": OURS}),
            "com.atproto.repo.listRecords": self._records,
            "app.bsky.feed.searchPosts": self._search,
            "app.bsky.notification.listNotifications": self._notifications,
            "app.bsky.feed.getPosts": self._by_address,
            "app.bsky.feed.getPostThread": self._thread,
        }.items():
            site.say[f"/xrpc/{name}"] = say

    def _session(self, asked: Asked) -> Answer:
        if PASSWORD.encode() not in asked.body:
            return Answer.json({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401)
        return Answer.json({"accessJwt": "token", "refreshJwt": "other", "did": OURS, "handle": "gemeente.bsky.social"})

    def _paged(self, asked: Asked, name: str, found: Sequence[Any]) -> Answer:
        if not asked.headers.get("authorization", "").startswith(self.signed):
            return Answer.json({"error": "AuthMissing"}, 401)
        start = int(parse_qs(asked.query).get("cursor", ["0"])[0])
        more = {"cursor": str(start + self.page)} if start + self.page < len(found) else {}
        return Answer.json({name: found[start : start + self.page]} | more)

    def _newest(self) -> list[dict[str, Any]]:
        return sorted(self.posts, key=lambda post: str(post["indexedAt"]), reverse=True)

    def _search(self, asked: Asked) -> Answer:
        query = parse_qs(asked.query)
        word, since = query["q"][0].casefold(), query["since"][0]
        found = [p for p in self._newest() if word in str(p["record"].get("text", "")).casefold() and p["indexedAt"] >= since]
        return self._paged(asked, "posts", found)

    def _records(self, asked: Asked) -> Answer:
        records = [{"uri": p["uri"], "cid": "bafy", "value": p["record"]} for p in self._newest() if p["author"]["did"] == OURS]
        return self._paged(asked, "records", records)

    def _notifications(self, asked: Asked) -> Answer:
        assert parse_qs(asked.query)["reasons"] == ["mention", "reply", "quote"]
        told = [{"uri": p["uri"], "reason": "mention", "indexedAt": p["indexedAt"]} for p in self._newest() if p["uri"] in self.mentions]
        return self._paged(asked, "notifications", told)

    def _by_address(self, asked: Asked) -> Answer:
        wanted = parse_qs(asked.query)["uris"]
        assert len(wanted) <= 25
        return Answer.json({"posts": [post for post in self.posts if post["uri"] in wanted]})

    def _thread(self, asked: Asked) -> Answer:
        root = parse_qs(asked.query)["uri"][0]
        gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://x/y/z", "notFound": True}
        return Answer.json(
            {"thread": {"post": {"uri": root}, "replies": [{"post": p, "replies": []} for p in self.threads[root]] + [gone]}}
        )


class BlueskyFake(Fake):
    """What a search finds."""

    kind = "bluesky"
    secrets = {"BLUESKY_PASSWORD": PASSWORD}

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.network = Network(site, self.page)

    def entry(self) -> dict[str, Any]:
        password = {"env": "BLUESKY_PASSWORD"}
        more = {"search": ["vol"], "allow_private": True, "first_days": 400}
        return {"base": self.site.url, "account": "gemeente.bsky.social", "password": password} | more

    def serve(self, everything: Sequence[Said]) -> None:
        self.network.posts = [self._view(one) for one in everything]
        self.site.say["/xrpc/app.bsky.feed.searchPosts"] = self._everything

    def name(self, one: Said) -> str:
        return uri(DIDS[one.author], one.number)

    def _everything(self, asked: Asked) -> Answer:
        since = parse_qs(asked.query)["since"][0]
        return self.network._paged(asked, "posts", [post for post in self.network._newest() if post["indexedAt"] >= since])

    def _view(self, one: Said) -> dict[str, Any]:
        author: Author = one.author
        post = view(one.number, one.at, one.text, DIDS[author])
        post["author"] |= {"handle": author.handle, "displayName": author.name}
        if one.broken:
            del post["record"]["createdAt"]
        if one.answers:
            ref = {"uri": self.name(one.answers), "cid": "bafy"}
            post["record"]["reply"] = {"root": ref, "parent": ref}
        return post


class TestBluesky(Conformance):
    fake = BlueskyFake

    def test_people_are_told_apart_and_nobody_is_named(self, remote: Fake, post: Post) -> None:
        """An author is his did: handles come and go."""
        super().test_people_are_told_apart_and_nobody_is_named(remote, post)
        assert not [m for m in post.messages() if m.url and "did:" in m.url]


@pytest.fixture
def network(site: Site, monkeypatch: pytest.MonkeyPatch) -> Network:
    monkeypatch.setenv("BLUESKY_PASSWORD", PASSWORD)
    return Network(site)


@pytest.fixture
def bluesky(post: Post, site: Site) -> Post:
    write(post, site)
    return post


def write(post: Post, site: Site, **more: Any) -> None:
    known: dict[str, Any] = {"account": "@gemeente.bsky.social", "password": {"env": "BLUESKY_PASSWORD"}, "allow_private": True}
    post.source("bluesky", base=site.url, **known | {"search": ["#rivierstad"]} | more)


def test_a_mention_is_read_as_the_post_is_now_and_only_once(bluesky: Post, network: Network) -> None:
    network.posts = [view(1, NOW - HOUR, "@gemeente wanneer komt de bak? #rivierstad")]
    network.mentions = [network.posts[0]["uri"]]
    assert bluesky.hear().added == 1
    (message,) = bluesky.messages()
    assert (message.published_at, message.reach, message.medium, message.conversation) == (
        NOW - HOUR,
        4,
        "Bluesky",
        network.posts[0]["uri"],
    )
    assert bluesky.hear(now=NOW + timedelta(minutes=10)).added == 0


def test_replies_under_our_own_posts_are_read_where_their_number_changed(bluesky: Post, network: Network, site: Site) -> None:
    ours = view(1, NOW - HOUR, "Morgen halen we op", OURS)
    reply = view(2, NOW - HOUR / 2, "Ook in Noord?", reply={"root": {"uri": ours["uri"]}, "parent": {"uri": ours["uri"]}})
    network.posts = [ours]
    bluesky.hear()
    assert bluesky.by_id()[ours["uri"]].by_municipality
    network.posts, network.threads = [ours | {"replyCount": 1}, reply], {ours["uri"]: [reply]}
    assert bluesky.hear(now=NOW + timedelta(minutes=10)).added == 1
    assert bluesky.by_id()[reply["uri"]].in_reply_to == ours["uri"]
    bluesky.hear(now=NOW + timedelta(minutes=20))
    assert len([asked for asked in site.asked if asked.path.endswith("getPostThread")]) == 1


def test_our_own_post_that_the_network_does_not_show_yet_is_not_taken_for_deleted(bluesky: Post, network: Network) -> None:
    network.posts = [view(1, NOW - HOUR / 2, "Morgen halen we op", OURS)]
    network.site.say["/xrpc/app.bsky.feed.getPosts"] = Answer.json({"posts": []})
    assert (bluesky.hear().added, bluesky.hear(now=NOW + 2 * HOUR).removed) == (1, 0)
    network.posts = []
    assert (bluesky.hear(now=NOW + 4 * HOUR).removed, bluesky.texts()) == (1, [""])


def test_a_picture_is_what_it_is_said_to_show(bluesky: Post, network: Network) -> None:
    embed = {"images": [{"alt": "een volle bak #rivierstad"}]}
    network.posts = [view(1, NOW - HOUR, "", embed=embed), view(2, NOW - HOUR, "")]
    network.mentions = [post["uri"] for post in network.posts]
    bluesky.hear()
    assert bluesky.texts() == ["een volle bak #rivierstad"]


def test_a_moment_in_the_future_or_long_ago_is_when_the_network_saw_it(bluesky: Post, network: Network) -> None:
    network.posts = [view(n, NOW - HOUR, "#rivierstad") for n in (1, 2)]
    network.posts[0]["record"]["createdAt"] = "2999-01-01T00:00:00Z"
    network.posts[1]["record"]["createdAt"] = "2026-11-19T05:00:00+00:00"
    bluesky.hear()
    assert [m.published_at for m in bluesky.messages()] == [NOW - HOUR * 2.75, NOW - HOUR]


def test_the_app_password_is_sent_to_our_server_alone_and_kept_nowhere(bluesky: Post, network: Network, site: Site) -> None:
    bluesky.hear()
    assert [asked.path for asked in site.asked if PASSWORD.encode() in asked.body] == ["/xrpc/com.atproto.server.createSession"]
    assert not [asked for asked in site.asked if PASSWORD in asked.query]
    assert "token" not in str(bluesky.session.get_one(Source, "bron").cursor)


@pytest.fixture
def talker() -> Iterator[Talker]:
    with talking() as one:
        yield one


def frame(number: int, text: str = "", author: str = "did:plc:piet", operation: str = "create", **record: Any) -> dict[str, Any]:
    """As Jetstream says it."""
    commit: dict[str, Any] = {"rev": "3k", "operation": operation, "collection": POST, "rkey": uri(author, number).rsplit("/", 1)[1]}
    if operation != "delete":
        commit |= {"cid": "bafy", "record": {"$type": POST, "text": text, "createdAt": "2026-11-19T07:00:00.000Z"} | record}
    return {"did": author, "time_us": 1_795_071_600_000_000 + number, "kind": "commit", "commit": commit}


def follow_to_the_end(post: Post) -> None:
    """Listen until the server hangs up."""
    entry = find_source(settings().config, "bron")
    assert isinstance(entry, Follows)
    with pytest.raises(Exception, match="verbrak de verbinding"):
        listen_once(entry, threading.Event(), lambda: NOW)
    post.session.rollback()


def test_of_the_whole_networks_stream_only_what_is_meant_for_us_is_kept(post: Post, site: Site, network: Network, talker: Talker) -> None:
    write(post, site, search=["#rivierstad", "Havenkwartier"], stream=f"{talker.url}/subscribe")
    ours = uri(OURS, 9)
    facet = {"index": {}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": OURS}]}
    tag = {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Rivierstad"}]}
    talker.say(
        frame(1, "over iets anders"),
        frame(2, "@gemeente help", facets=[facet]),
        frame(3, "en nu?", reply={"root": {"uri": ours}, "parent": {"uri": ours}}),
        frame(4, "Vol in het havenkwartier!"),
        frame(5, "Havenkwartiertje"),
        frame(6, "mooi", facets=[tag]),
        frame(7, "zie dit", embed={"record": {"uri": ours}}),
        frame(8, "We halen op", OURS),
        frame(10, "#rivierstad", operation="create") | {"commit": {"collection": "app.bsky.feed.like", "operation": "create", "rkey": "1"}},
        {"did": "did:plc:piet", "time_us": 1, "kind": "identity", "identity": {}},
        "geen json",
        "[]",
    )
    talker.hang_up()
    follow_to_the_end(post)
    assert sorted(name[-1] for name in post.by_id()) == ["2", "3", "4", "6", "7", "8"]
    assert post.by_id()[uri(OURS, 8)].by_municipality
    assert f"wantedCollections={POST}" in talker.asked[0].path
    assert "authorization" not in {name.lower() for name, _ in talker.asked[0].headers.raw_items()}


def test_a_deletion_on_the_stream_is_ours_to_follow_and_others_cost_nothing(
    post: Post, site: Site, network: Network, talker: Talker
) -> None:
    write(post, site, stream=f"{talker.url}/subscribe")
    network.posts = [view(1, NOW - HOUR, "#rivierstad vol")]
    post.hear()
    talker.say(frame(2, "#rivierstad ook vol"), frame(1, operation="delete"), frame(2, operation="delete"), frame(3, operation="delete"))
    talker.hang_up()
    follow_to_the_end(post)
    assert post.texts() == ["", ""] and all(m.deleted_at for m in post.messages())


def test_what_the_stream_brought_and_a_reading_finds_is_one_message(post: Post, site: Site, network: Network, talker: Talker) -> None:
    write(post, site, stream=f"{talker.url}/subscribe")
    network.posts = [view(1, datetime.fromisoformat("2026-11-19T07:00:00Z"), "#rivierstad vol")]
    talker.say(frame(1, "#rivierstad vol"))
    talker.hang_up()
    follow_to_the_end(post)
    assert (post.hear().added, len(post.messages())) == (0, 1)


@given(
    st.recursive(
        st.none() | st.text() | st.integers() | st.just(POST),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["did", "time_us", "kind", "commit", "collection", "rkey", "operation", "record", "facets", "features", "tags", "reply"]
                ),
                inner,
            )
        ),
    )
)
def test_no_frame_breaks_the_listening(said: Any) -> None:
    import json

    found = heard(json.dumps(said))
    if found and found.record is not None:
        matcher(OURS, ["#rivierstad"])(found.record)
    if isinstance(said, dict):
        matcher(OURS, ["#rivierstad"])(said)
