"""Sources that are listened to: stored at once, told to who waits, and taken up again after every failure."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from ingest import live
from ingest.entry import Follows
from ingest.errors import SourceError
from ingest.live import follow, follow_all
from ingest.sources import find_source
from models import Source, SourceRun
from models.database import engine
from models.settings import settings
from tests.ingest.conftest import Answer, Post, Site
from tests.ingest.talking import Talker, talking

TOKEN = {"env": "MASTODON_TOKEN"}
SECONDS = 20


def now() -> datetime:
    return datetime.now(UTC)


def status(number: int, content: str = "<p>de bak is vol</p>", **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "created_at": "2026-11-19T07:00:00.000Z",
        "visibility": "public",
        "content": content,
        "account": {"id": "9", "acct": "piet"},
        "reblog": None,
        "media_attachments": [],
    } | more


def event(name: str, payload: Any, stream: str = "hashtag") -> dict[str, Any]:
    """As the streaming server says it: JSON within JSON."""
    return {"stream": [stream, "rivierstad"], "event": name, "payload": payload if isinstance(payload, str) else json.dumps(payload)}


@pytest.fixture
def talker() -> Iterator[Talker]:
    with talking() as one:
        yield one


@pytest.fixture
def mastodon(post: Post, talker: Talker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A server that has no instance page, so that its stream is at its own address."""
    monkeypatch.setenv("MASTODON_TOKEN", "geheim-token")
    monkeypatch.setattr(live, "FIRST_WAIT", timedelta(milliseconds=20))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.kinds.mastodon.Mastodon._streaming", lambda *_: f"{talker.url}/api/v1/streaming")
        post.source(
            "mastodon", base=talker.url.replace("ws", "http"), hashtags=["#rivierstad"], mentions=True, token=TOKEN, allow_private=True
        )
        yield post


@contextmanager
def following(source_id: str = "bron") -> Iterator[None]:
    """The source is followed while the block lasts; leaving it takes no more than some seconds."""
    entry = find_source(settings().config, source_id)
    assert isinstance(entry, Follows) and entry.can_be_followed
    stopping = threading.Event()
    thread = threading.Thread(target=follow, args=(entry, stopping, now))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(SECONDS)
        assert not thread.is_alive()


@contextmanager
def told() -> Iterator[Callable[[], None]]:
    """Waits for the word that messages came."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("LISTEN luisterpost_messages"))
        driver: Any = connection.connection.driver_connection

        def wait() -> None:
            assert list(driver.notifies(timeout=SECONDS, stop_after=1)), "nobody said that messages came"

        yield wait


def test_a_post_is_stored_and_told_as_soon_as_it_is_heard(mastodon: Post, talker: Talker) -> None:
    with told() as wait, following():
        talker.say(event("update", status(7, uri="https://m.example/users/piet/statuses/1234567")))
        wait()
    (message,) = mastodon.messages()
    assert (message.text, message.medium, message.annotation_due) == ("de bak is vol", "Mastodon", True)
    assert message.author is not None and "piet" not in message.author


def test_it_asks_for_its_hashtags_and_mentions_with_the_token(mastodon: Post, talker: Talker) -> None:
    with told() as wait, following():
        talker.say(event("update", status(7)))
        wait()
    assert talker.heard == [
        {"type": "subscribe", "stream": "hashtag", "tag": "rivierstad"},
        {"type": "subscribe", "stream": "user:notification"},
    ]
    assert talker.asked[0].headers["Authorization"] == "Bearer geheim-token"
    assert "Rivierstad" in talker.asked[0].headers["User-Agent"]
    assert "geheim-token" not in talker.asked[0].path


def test_edits_deletions_and_mentions_are_followed(mastodon: Post, talker: Talker) -> None:
    with told() as wait, following():
        talker.say(event("update", status(7)))
        wait()
        talker.say(event("status.update", status(7, "<p>weer leeg</p>", edited_at="2026-11-19T07:10:00.000Z")))
        wait()
        assert mastodon.texts() == ["weer leeg"]
        talker.say(event("delete", "7"))
        wait()
        assert mastodon.texts() == [""]
        mention = {"id": "1", "type": "mention", "status": status(8, "<p>@gemeente help</p>", visibility="direct")}
        talker.say(event("notification", mention, "user:notification"))
        wait()
    assert mastodon.by_id()["8"].private


def test_what_is_no_post_or_no_json_stops_nothing(mastodon: Post, talker: Talker) -> None:
    with told() as wait, following():
        favourite = event("notification", {"type": "favourite", "status": status(1)})
        talker.say("geen json", "[]", {"event": "update", "payload": "{"}, b"bytes", "[" * 50_000, {"event": "filters_changed"}, favourite)
        talker.say(event("update", status(2, created_at=None)), event("update", status(3)))
        wait()
    assert list(mastodon.by_id()) == ["3"]
    assert [row.location for row in mastodon.aside()] == ["bericht 2"]


def test_after_a_broken_connection_it_listens_again(mastodon: Post, talker: Talker) -> None:
    with told() as wait, following():
        for number in range(3):
            talker.say(event("update", status(number + 1)))
            wait()
            talker.hang_up()
        talker.say(event("update", status(9)))
        wait()
    assert len(mastodon.texts()) == 4 and len(talker.asked) >= 4


def test_a_frame_without_end_is_not_taken_in(mastodon: Post, talker: Talker) -> None:
    with told() as wait, following():
        talker.say("x" * 1_100_000)
        assert talker.came.acquire(timeout=SECONDS) and talker.came.acquire(timeout=SECONDS), "it connects again"
        talker.say(event("update", status(1)))
        wait()
    assert len(mastodon.texts()) == 1


@pytest.mark.parametrize("refusal", [401, 403, 404, 500])
def test_a_refusal_is_logged_without_the_token_and_tried_again(
    mastodon: Post, talker: Talker, refusal: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    talker.status = refusal
    with told() as wait, following():
        while len(talker.asked) < 2:
            threading.Event().wait(0.01)
        talker.status = 101
        talker.say(event("update", status(1)))
        wait()
    assert f"({refusal})" in caplog.text and "geheim-token" not in caplog.text


def test_a_server_that_asks_for_patience_is_left_alone(mastodon: Post, talker: Talker) -> None:
    talker.status, talker.headers = 429, {"Retry-After": "3600"}
    with following():
        while not talker.asked:
            threading.Event().wait(0.01)
        threading.Event().wait(0.3)
        assert len(talker.asked) == 1


def test_a_private_address_is_refused_unless_it_is_the_sources_own(post: Post, talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_TOKEN", "geheim-token")
    monkeypatch.setattr("ingest.kinds.mastodon.Mastodon._streaming", lambda *_: f"{talker.url}/api/v1/streaming")
    post.source("mastodon", base="https://mastodon.example", hashtags=["a"], token=TOKEN, allow_private=True)
    entry = find_source(settings().config, "bron")
    assert isinstance(entry, Follows)
    with pytest.raises(SourceError, match="eigen netwerk"):
        live.listen_once(entry, threading.Event(), now)
    assert talker.asked == []


def test_without_a_token_nothing_is_followed(post: Post, site: Site) -> None:
    post.source("mastodon", base=site.url, hashtags=["rivierstad"], allow_private=True)
    entry = find_source(settings().config, "bron")
    assert isinstance(entry, Follows) and not entry.can_be_followed


def test_the_stream_is_where_the_server_says_it_is(post: Post, site: Site, talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_TOKEN", "geheim-token")
    site.say["/api/v2/instance/"] = Answer.json({"configuration": {"urls": {"streaming": talker.url}}})
    post.source("mastodon", base=site.url, hashtags=["a"], token=TOKEN, allow_private=True)
    entry = find_source(settings().config, "bron")
    assert isinstance(entry, Follows)
    with pytest.raises(SourceError, match="eigen netwerk"):  # another port than the one that is allowed: asked for, refused
        live.listen_once(entry, threading.Event(), now)


def test_what_comes_by_itself_does_not_keep_a_source_from_being_read(mastodon: Post, talker: Talker) -> None:
    with told() as wait, following():
        talker.say(event("update", status(1)))
        wait()
    run = mastodon.session.scalars(select(SourceRun)).one()
    assert run.pushed
    assert mastodon.session.get_one(Source, "bron").cursor == {}


def test_a_change_of_sources_yaml_is_taken_over(mastodon: Post, talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY", timedelta(milliseconds=50))
    settings().data.mkdir(parents=True, exist_ok=True)
    stopping = threading.Event()
    thread = threading.Thread(target=follow_all, args=(stopping, now))
    thread.start()
    try:
        assert talker.came.acquire(timeout=SECONDS)
        mastodon.source("mastodon", base=talker.url.replace("ws", "http"), hashtags=["#elders"], token=TOKEN, allow_private=True)
        talker.hang_up()
        assert talker.came.acquire(timeout=SECONDS)
        while {"type": "subscribe", "stream": "hashtag", "tag": "elders"} not in talker.heard:
            threading.Event().wait(0.01)
        (mastodon.folder / "sources.yaml").write_text("sources: [")
        assert (settings().data / live.ALIVE).exists()
    finally:
        stopping.set()
        thread.join(SECONDS)
    assert not thread.is_alive()
