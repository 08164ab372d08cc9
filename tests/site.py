"""A site on loopback that answers as a test says."""

import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


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

    def do_PUT(self) -> None:
        self.do_GET()

    def do_PATCH(self) -> None:
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
