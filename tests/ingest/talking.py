"""A WebSocket server on loopback: it takes what is said to it, and says what a test gives it."""

import json
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from queue import Queue
from types import TracebackType
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

END = object()


@dataclass
class Talker:
    """What the server heard, and what it has to say. `status` other than 101 refuses every connection."""

    url: str = ""
    heard: list[Any] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    status: int = 101
    headers: dict[str, str] = field(default_factory=dict)
    came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _says: "Queue[Any]" = field(default_factory=Queue)

    def say(self, *frames: Any) -> None:
        """Each as a frame of its own: text as it is, anything else as JSON."""
        for frame in frames:
            self._says.put(frame if isinstance(frame, str | bytes) or frame is END else json.dumps(frame))

    def hang_up(self) -> None:
        """Break the connection off once all is said."""
        self._says.put(END)


class talking:  # noqa: N801 - read as `with talking() as server`
    """A server for as long as the block lasts."""

    def __enter__(self) -> Talker:
        self._talker = Talker()
        self._server = serve(
            self._talk, "127.0.0.1", 0, process_request=self._admit, compression=None, logger=logging.Logger("silent", logging.CRITICAL)
        )
        self._talker.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self._talker

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for _ in self._talker.asked:  # each connection may still wait for something to say
            self._talker.hang_up()
        self._server.shutdown()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self._talker.asked.append(request)
        if self._talker.status == HTTPStatus.SWITCHING_PROTOCOLS:
            return None
        answer = connection.respond(HTTPStatus(self._talker.status), "no")
        for name, value in self._talker.headers.items():
            answer.headers[name] = value
        return answer

    def _talk(self, connection: ServerConnection) -> None:
        listening = threading.Thread(target=self._listen, args=(connection,), daemon=True)
        listening.start()
        self._talker.came.release()
        while (frame := self._talker._says.get()) is not END:
            try:
                connection.send(frame)
            except ConnectionClosed:
                return self._talker._says.put(frame)  # for the connection that comes after this one
        connection.socket.close()

    def _listen(self, connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for frame in connection:
                self._talker.heard.append(json.loads(frame))
