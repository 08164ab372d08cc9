"""Bluesky against a real server of the network: sessions, our own records and identities are its own; only what it would ask the network's
view of all posts is answered by us.

A group of its own, because installing the server takes minutes: `make test-pds`.
"""

import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from ingest.kinds.bluesky import Bluesky
from ingest.live import listen_once
from ingest.sources import find_source
from models.settings import ROOT, settings
from models.words import RunOutcome
from tests.ingest.conftest import Post, Site, serving
from tests.ingest.talking import talking
from tests.ingest.test_bluesky import POST, Network, frame

pytestmark = pytest.mark.pds
HERE = Path(__file__).parent


class View(Network):
    """The network's view of all posts, as our server asks it: on behalf of our account, with a token that the server signs itself."""

    signed = "Bearer ey"


@dataclass
class Account:
    """Our account on the server."""

    url: str
    did: str
    token: str
    password: str

    def call(self, name: str, /, **said: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/xrpc/{name}", json=said, headers={"Authorization": f"Bearer {self.token}"}, timeout=20)
        assert answer.ok, answer.text
        return dict(answer.json() if answer.content else {})

    def say(self, text: str, at: datetime) -> str:
        """Post, and give its address."""
        record = {"$type": POST, "text": text, "createdAt": at.isoformat().replace("+00:00", "Z")}
        return str(self.call("com.atproto.repo.createRecord", repo=self.did, collection=POST, record=record)["uri"])

    def delete(self, uri: str) -> None:
        self.call("com.atproto.repo.deleteRecord", repo=self.did, collection=POST, rkey=uri.rsplit("/", 1)[1])


@pytest.fixture(scope="module")
def appview() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture(scope="module")
def account(appview: Site) -> Iterator[Account]:
    """A new account with an app password, on a server that runs while the tests do."""
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "APPVIEW": appview.url, "LOG_ENABLED": "false"}
    process = subprocess.Popen(["node", "pds.mjs"], cwd=HERE, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdin is not None
    url = next(line.removeprefix("AT ").strip() for line in process.stdout if line.startswith("AT "))
    wanted = {"handle": "gemeente.test", "email": "webcare@rivierstad.example", "password": "hunter2-hunter2"}
    made = requests.post(f"{url}/xrpc/com.atproto.server.createAccount", json=wanted, timeout=60).json()
    ours = Account(url, made["did"], made["accessJwt"], "")
    ours.password = ours.call("com.atproto.server.createAppPassword", name="luisterpost")["password"]
    yield ours
    process.stdin.close()
    process.wait(30)


@pytest.fixture
def view(appview: Site) -> View:
    return View(appview)


@pytest.fixture
def bluesky(post: Post, account: Account, view: View, monkeypatch: pytest.MonkeyPatch) -> Post:
    monkeypatch.setenv("BLUESKY_PASSWORD", account.password)
    write(post, account)
    return post


def write(post: Post, account: Account, **more: Any) -> None:
    known: dict[str, Any] = {"account": "gemeente.test", "password": {"env": "BLUESKY_PASSWORD"}, "allow_private": True}
    post.source("bluesky", base=account.url.replace("localhost", "127.0.0.1"), **known | {"search": ["#rivierstad"]} | more)


def shown(account: Account, uri: str, text: str, at: datetime) -> dict[str, Any]:
    """Our own post as the network shows it."""
    written = at.isoformat().replace("+00:00", "Z")
    return {"uri": uri, "author": {"did": account.did}, "record": {"text": text, "createdAt": written}, "indexedAt": written}


def test_our_own_posts_are_read_from_our_own_server_and_a_deleted_one_goes(bluesky: Post, account: Account, view: View) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    first, second = account.say("Morgen halen we op", now - timedelta(hours=2)), account.say("En overmorgen weer", now - timedelta(hours=1))
    view.posts = [shown(account, second, "En overmorgen weer", now - timedelta(hours=1))]
    outcome = bluesky.hear(now=now)
    assert (outcome.outcome, outcome.added) == (RunOutcome.DONE, 2), outcome
    assert all(m.by_municipality and not m.annotation_due for m in bluesky.messages())
    assert bluesky.by_id()[first].published_at == now - timedelta(hours=2)
    account.delete(first)
    later = bluesky.hear(now=now + timedelta(hours=2))
    assert (later.removed, bluesky.by_id()[first].text) == (1, "")
    account.delete(second)


def test_what_the_network_shows_comes_through_our_server_with_our_session(bluesky: Post, account: Account, view: View) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    written = (now - timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    record = {"$type": POST, "text": "@gemeente.test de bak is vol #rivierstad", "createdAt": written}
    view.posts = [{"uri": f"at://did:plc:piet/{POST}/3kpiet", "author": {"did": "did:plc:piet"}, "record": record, "indexedAt": written}]
    view.mentions = [view.posts[0]["uri"]]
    assert bluesky.hear(now=now).added == 1
    assert bluesky.messages()[0].text.endswith("#rivierstad")


def test_a_wrong_password_is_told_with_its_place(bluesky: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESKY_PASSWORD", "aaaa-bbbb-cccc-dddd")
    outcome = bluesky.hear(now=datetime.now(UTC))
    assert outcome.outcome is RunOutcome.FAILED
    assert "(401)" in outcome.problem and "BLUESKY_PASSWORD" in outcome.mend


def test_who_we_are_on_the_stream_is_asked_of_our_server(post: Post, account: Account, bluesky: Post) -> None:
    with talking() as talker:
        write(post, account, stream=f"{talker.url}/subscribe")
        entry = find_source(settings().config, "bron")
        assert isinstance(entry, Bluesky)
        talker.say(frame(1, "hoi", facets=[{"features": [{"did": account.did}]}]), frame(2, "hoi"))
        talker.hang_up()
        with pytest.raises(Exception, match="verbrak"):
            listen_once(entry, threading.Event(), lambda: datetime.now(UTC))
    assert post.texts() == ["hoi"]
