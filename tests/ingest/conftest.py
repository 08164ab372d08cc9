"""A municipality that listens to whatever a test writes down, and a site on loopback that answers as a test says."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.listen import due_sources, listen
from ingest.run import Outcome
from models import Message, Origin, RejectedRow
from models.settings import settings

pytest.register_assert_rewrite("tests.ingest.conformance")
NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
ABOUT = {
    "name": "Rivierstad",
    "contact": "webcare@rivierstad.example",
    "webcare": "klantcontact",
    "own_accounts": ["@gemeente@rivierstad.example"],
}
WHY = {"purpose": "weten wat er speelt", "legal_basis": "AVG artikel 6 lid 1 e", "retention_days": 90, "audience": "de redactie"}


@dataclass
class Post:
    """The listening post of a test."""

    folder: Path
    session: Session
    sources: list[dict[str, Any]] = field(default_factory=list)

    def source(self, kind: str, source_id: str = "bron", **more: Any) -> None:
        """Write a source down, instead of one of the same id."""
        entry = {"id": source_id, "name": f"De {source_id}", "kind": kind, "channel": "social"} | WHY | more
        self.sources = [s for s in self.sources if s["id"] != source_id] + [entry]
        with (self.folder / "sources.yaml").open("w", encoding="utf-8") as file:
            YAML(typ="safe").dump({"sources": self.sources}, file)
        due_sources(NOW)

    def drop(self, name: str, content: bytes | str, mtime: int = 1_700_000_000) -> Path:
        """Put a file in the data folder."""
        import os

        path = settings().data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (mtime, mtime))
        return path

    def hear(self, source_id: str = "bron", now: datetime = NOW) -> Outcome:
        outcome = listen(source_id, now)
        self.session.rollback()
        return outcome

    def messages(self) -> list[Message]:
        """In order of publication."""
        self.session.expire_all()
        return list(self.session.scalars(select(Message).order_by(Message.published_at, Message.id)))

    def texts(self) -> list[str]:
        return [message.text for message in self.messages()]

    def by_id(self) -> dict[str, Message]:
        self.session.expire_all()
        rows = self.session.execute(select(Origin.external_id, Message).join(Message, Message.id == Origin.message_id))
        return {row[0]: row[1] for row in rows}

    def aside(self) -> list[RejectedRow]:
        self.session.expire_all()
        return list(self.session.scalars(select(RejectedRow).order_by(RejectedRow.id)))


@pytest.fixture
def post(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    folder = tmp_path / "config"
    folder.mkdir()
    with (folder / "municipality.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(ABOUT, file)
    (folder / "sources.yaml").write_text("sources: []\n")
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(folder))
    settings.cache_clear()
    return Post(folder, session)


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    path: str
    query: str
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What the site says. `cut` ends the connection after that many bytes of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip: float = 0.0

    @classmethod
    def json(cls, value: Any, status: int = 200, **headers: str) -> "Answer":
        return cls(
            json.dumps(value).encode(), status, {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
        )


@dataclass
class Site:
    """A site on loopback. A path in `say` that ends in `*` stands for all that begin so; `bend` has the last word on every answer."""

    url: str
    say: dict[str, Answer | Callable[[Asked], Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    bend: Callable[[Asked, Answer], Answer] = lambda _, answer: answer
    told: bytearray = field(default_factory=bytearray)
    """Every body that was answered, one after the other."""

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        say = self.say.get(asked.path) or self._family(asked.path) or Answer(status=404)
        answer = self.bend(asked, say if isinstance(say, Answer) else say(asked))
        self.told += answer.body
        return answer

    def _family(self, path: str) -> Answer | Callable[[Asked], Answer] | None:
        families = [name for name in self.say if name.endswith("*") and path.startswith(name[:-1])]
        return self.say[max(families, key=len)] if families else None

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def other_site() -> Iterator[Site]:
    with serving() as running:
        yield running


class serving:  # noqa: N801 - read as `with serving() as site`
    """A site for as long as the block lasts."""

    def __enter__(self) -> Site:
        self._server = _Quiet(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.site = Site(f"http://127.0.0.1:{self._server.server_port}")  # type: ignore[attr-defined]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self._server.site  # type: ignore[attr-defined, no-any-return]

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    """A caller who hangs up is no news."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        answer = site.answer(Asked(path, query, headers, self.command, body))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Transfer-Encoding" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if answer.cut is not None:
            self.wfile.write(answer.body[: answer.cut])
            self.close_connection = True
        elif answer.drip:
            stop = threading.Event()
            for byte in answer.body:
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    return
                stop.wait(answer.drip)
        else:
            self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""
