"""Exports that are fetched: each version once, whole, by nobody else's server, and not for longer than they may be kept."""

import asyncio
import os
import threading
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from ingest.exports.fetching import safe_name
from ingest.files import load_file
from ingest.outside import sftp
from ingest.setup.preview import look
from ingest.sources import find_source
from models import Source
from models.settings import settings
from models.words import RunOutcome
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

HEAD = "Nr;Datum;Bericht\n"
COLUMNS = {"id": "Nr", "date": "Datum", "text": "Bericht"}
LATER = NOW + timedelta(minutes=10)


def rows(*numbers: int) -> bytes:
    return (HEAD + "".join(f"{number};18-11-2026 14:05;bericht {number}\n" for number in numbers)).encode()


def here() -> list[str]:
    return sorted(path.name for path in (settings().data / "fetched" / "bron").glob("*"))


def by_etag(content: dict[str, bytes]) -> Any:
    def answer(asked: Asked) -> Answer:
        etag = f'"{hash(content["now"])}"'
        return Answer(status=304) if asked.headers.get("if-none-match") == etag else Answer(content["now"], headers={"ETag": etag})

    return answer


def test_an_export_is_fetched_once_for_each_version(post: Post, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUITE", "geheim")
    way = {"url": f"{site.url}/uit/week.csv", "username": "gemeente", "token": {"env": "SUITE"}}
    post.source("files", fetch=way, columns=COLUMNS, allow_private=True)
    content = {"now": rows(1, 2)}
    site.say["/uit/week.csv"] = by_etag(content)
    assert post.hear().added == 2
    assert site.asked[0].headers["authorization"] == "Basic " + b64encode(b"gemeente:geheim").decode()
    assert "gemeente Rivierstad" in site.asked[0].headers["user-agent"]
    again = post.hear(now=LATER)
    assert (again.outcome, again.added, again.unchanged, len(here())) == (RunOutcome.DONE, 0, 0, 1)
    content["now"] = rows(2, 3)
    newer = post.hear(now=LATER + timedelta(minutes=10))
    assert (newer.added, newer.unchanged, len(here())) == (1, 1, 2)


def test_a_server_without_validators_is_asked_again_and_nothing_is_kept_twice(post: Post, site: Site) -> None:
    post.source("files", fetch={"url": f"{site.url}/week.csv"}, columns=COLUMNS, allow_private=True)
    site.say["/week.csv"] = Answer(rows(1))
    assert (post.hear().added, post.hear(now=LATER).unchanged, len(here())) == (1, 0, 1)


def test_a_version_that_waits_for_its_columns_is_not_lost_when_the_next_one_comes(post: Post, site: Site) -> None:
    post.source("files", fetch={"url": f"{site.url}/week.csv"}, allow_private=True)
    for minute, content in enumerate((rows(1), rows(2))):
        site.say["/week.csv"] = Answer(content)
        assert "wacht" in post.hear(now=NOW + timedelta(minutes=minute)).problem
    post.source("files", fetch={"url": f"{site.url}/week.csv"}, columns=COLUMNS, allow_private=True)
    assert post.hear(now=LATER).added == 2


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(status=401), "weigert de export"),
        (Answer(status=404), "niet op dit adres"),
        (Answer(status=503, headers={"Retry-After": "3600"}), "later terug"),
        (Answer(rows(1), cut=10), "brak halverwege af"),
    ],
)
def test_a_server_that_refuses_does_not_keep_us_from_reading_what_is_here(post: Post, site: Site, answer: Answer, says: str) -> None:
    post.source("files", fetch={"url": f"{site.url}/week.csv"}, columns=COLUMNS, allow_private=True)
    post.drop("fetched/bron/eerder.csv", rows(7))
    site.say["/week.csv"] = answer
    outcome = post.hear()
    assert (outcome.outcome, outcome.added) == (RunOutcome.PARTLY, 1) and says in outcome.problem
    assert here() == ["eerder.csv"]


def test_what_was_fetched_goes_when_it_may_be_kept_no_longer(post: Post, site: Site) -> None:
    post.source("files", fetch={"url": f"{site.url}/week.csv"}, columns=COLUMNS, allow_private=True, retention_days=5)
    content = {"now": rows(1)}
    site.say["/week.csv"] = by_etag(content)
    post.hear()
    post.hear(now=NOW + timedelta(days=4))
    assert len(here()) == 1
    outcome = post.hear(now=NOW + timedelta(days=6))
    assert (here(), outcome.outcome, outcome.added) == ([], RunOutcome.DONE, 0)
    assert len(post.messages()) == 1, "the message has a retention of its own"


def test_looking_at_what_an_address_gives_leaves_nothing_behind(post: Post, site: Site) -> None:
    post.source("files", fetch={"url": f"{site.url}/week.csv"}, columns=COLUMNS, allow_private=True)
    site.say["/week.csv"] = Answer(rows(1, 2, 3, 4))
    assert [shown.text for shown in look(find_source(post.folder, "bron"), 3, NOW)] == ["bericht 1", "bericht 2", "bericht 3"]
    assert here() == [] and post.messages() == []


def test_a_file_fetched_just_before_we_were_killed_is_read_and_goes_in_its_time(post: Post, site: Site) -> None:
    post.source("files", fetch={"url": f"{site.url}/week.csv"}, columns=COLUMNS, allow_private=True, retention_days=5)
    site.say["/week.csv"] = Answer(status=304)
    post.drop("fetched/bron/week-20261119T074400.csv", rows(1))
    assert post.hear().added == 1
    post.hear(now=NOW + timedelta(days=6))
    assert here() == []


def test_a_secret_never_goes_over_plain_http_and_inside_is_out_of_bounds(post: Post) -> None:
    post.source("files", fetch={"url": "http://127.0.0.1:9/week.csv"}, columns=COLUMNS)
    assert "eigen netwerk" in post.hear().problem
    post.source("files", fetch={"url": "http://suite.example/week.csv", "token": {"env": "SUITE"}})
    problem = post.hear().problem
    assert "alleen over https" in problem and "host" not in problem
    post.source("files", path="inbox/*", fetch={"url": "https://suite.example/week.csv"})
    assert "noem of `path`" in post.hear().problem


@dataclass
class Suite:
    """An SFTP server of a suite, with a folder of its own."""

    folder: Path
    port: int
    host_key: str
    opened: list[str] = field(default_factory=list)

    def put(self, name: str, content: bytes, mtime: int = 1_700_000_000) -> None:
        path = self.folder / "uit" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (mtime, mtime))

    def way(self, **other: Any) -> dict[str, Any]:
        whole = {"host": "127.0.0.1", "port": self.port, "username": "gemeente", "password": {"env": "SUITE"}, "host_key": self.host_key}
        return whole | {"files": "uit/*.csv"} | other


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Suite]:
    monkeypatch.setenv("SUITE", "geheim")
    key = asyncssh.generate_private_key("ssh-ed25519")
    mine = asyncssh.generate_private_key("ssh-ed25519")
    monkeypatch.setenv("SUITE_KEY", mine.export_private_key().decode())
    root = tmp_path / "suite"
    root.mkdir()
    running = Suite(root, 0, key.export_public_key().decode().strip().rsplit(" ", 0)[0])

    class Door(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("gemeente", "geheim")

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            return key.export_public_key() == mine.export_public_key()

    class Files(asyncssh.SFTPServer):
        def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
            running.opened.append(path.decode())
            return super().open(path, pflags, attrs)

    loop = asyncio.new_event_loop()

    async def serve() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Door, server_host_keys=[key], sftp_factory=partial(Files, chroot=str(root).encode())
        )

    server = loop.run_until_complete(serve())
    running.port = server.get_port()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield running
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def test_files_on_an_sftp_server_are_copied_once_oldest_first(post: Post, suite: Suite) -> None:
    suite.put("b.csv", rows(1), 1_700_000_000)
    suite.put("a.csv", HEAD.encode() + b"1;18-11-2026 14:05;nieuwer\n", 1_700_000_100)
    suite.put("half.csv.part", b"x")
    (suite.folder / "uit" / "map.csv").mkdir()
    post.source("files", fetch=suite.way(), columns=COLUMNS, allow_private=True)
    outcome = post.hear()
    assert (outcome.added, outcome.changed, outcome.problem) == (1, 1, "")
    assert post.texts() == ["nieuwer"] and here() == ["uit-a.csv", "uit-b.csv"]
    opened = len(suite.opened)
    assert post.hear(now=LATER).outcome is RunOutcome.DONE and len(suite.opened) == opened == 2
    suite.put("a.csv", rows(1, 2), 1_700_000_200)
    assert post.hear(now=LATER).added == 1


def test_a_key_opens_the_door_as_well_as_a_password(post: Post, suite: Suite) -> None:
    suite.put("a.csv", rows(1))
    way = suite.way(key={"env": "SUITE_KEY"})
    del way["password"]
    post.source("files", fetch=way, columns=COLUMNS, allow_private=True)
    assert post.hear().added == 1


def test_a_server_with_another_key_is_told_nothing(post: Post, suite: Suite) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    post.source("files", fetch=suite.way(host_key=other), columns=COLUMNS, allow_private=True)
    outcome = post.hear()
    assert "andere sleutel" in outcome.problem and suite.opened == []


def test_what_an_sftp_server_refuses_is_told_with_what_to_do(post: Post, suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    suite.put("groot.csv", rows(1, 2, 3))
    suite.put("klein.csv", rows(4))
    monkeypatch.setattr(sftp, "MAX_FILE", 60)
    post.source("files", fetch=suite.way(), columns=COLUMNS, allow_private=True)
    outcome = post.hear()
    assert outcome.added == 1 and "groot.csv is groter dan" in outcome.problem
    post.source("files", fetch=suite.way(), columns=COLUMNS)
    assert "eigen netwerk" in post.hear(now=LATER).problem
    monkeypatch.setenv("SUITE", "fout")
    post.source("files", fetch=suite.way(), columns=COLUMNS, allow_private=True)
    outcome = post.hear(now=LATER)
    assert "laat gemeente niet binnen" in outcome.problem and "SUITE" in outcome.mend and "fout" not in outcome.mend


def test_what_was_fetched_is_remembered_when_a_person_loads_a_file_besides(post: Post, suite: Suite, tmp_path: Path) -> None:
    suite.put("a.csv", rows(1))
    post.source("files", fetch=suite.way(), columns=COLUMNS, allow_private=True)
    post.hear()
    (tmp_path / "los.csv").write_bytes(rows(2))
    assert load_file("bron", tmp_path / "los.csv", NOW).added == 1
    post.session.expire_all()
    assert post.session.get_one(Source, "bron").cursor["fetched"]["marks"]


@pytest.mark.parametrize("remote", ["../../etc/passwd", "/.ssh/id", "a\0b.csv", "x" * 500 + ".csv", "..", ""])
def test_no_remote_name_leads_out_of_our_folder(remote: str) -> None:
    name = safe_name(remote)
    assert name == Path(name).name and not name.startswith(".") and 0 < len(name) <= 150 and "\0" not in name
