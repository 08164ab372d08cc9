"""A connection on which a source goes on talking: a WebSocket through the guard, with bounded frames."""

import logging
import ssl
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from threading import Event
from urllib.parse import urlsplit

import certifi
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.sync.client import ClientConnection, connect

from ingest.entry import Reading
from ingest.errors import RequestRefused, SourceError
from outside.guard import guarded_socket, origin
from outside.waiting import until

MAX_FRAME = 1_000_000
SILENT = logging.Logger("silent", logging.CRITICAL + 1)
"""The library would write our token and residents' words into the log."""
LOOK_SECONDS = 0.5
"""How soon a silent connection sees that we stop."""


def frames(
    source: str,
    url: str,
    reading: Reading,
    stopping: Event,
    headers: Mapping[str, str] | None = None,
    say: Sequence[str] = (),
    private_origins: Sequence[tuple[str, int]] = (),
    token_place: str = "sources.yaml",  # noqa: S107 - where it is kept, not what it is
) -> Iterator[str]:
    """Every text frame that the server at `url` (ws: or wss:) sends after we said `say`, until `stopping` is set.

    Redirects are not followed, proxies of the environment not used. A silent server is pinged, so a dead connection is noticed.

    Raises:
        SourceError: the connection is refused (`until` is set where the server asks for patience), broken off, or sends too large a frame.
    """
    host, port = origin(url.replace("ws", "http", 1))
    with _connected(source, url, host, port, reading, dict(headers or {}), private_origins, token_place) as connection:
        try:
            for line in say:
                connection.send(line)
            while not stopping.is_set():
                try:
                    frame = connection.recv(LOOK_SECONDS)
                except TimeoutError:
                    continue
                if isinstance(frame, str):
                    yield frame
        except ConnectionClosed as error:
            raise SourceError(f"{source}: {host} verbrak de verbinding.", "Luisterpost maakt haar vanzelf opnieuw.") from error


def _connected(
    source: str,
    url: str,
    host: str,
    port: int,
    reading: Reading,
    headers: dict[str, str],
    private_origins: Sequence[tuple[str, int]],
    token_place: str,
) -> ClientConnection:
    secure = urlsplit(url).scheme == "wss"
    try:
        opened = guarded_socket(host, port, private_origins)
    except SourceError as error:
        raise RequestRefused(f"{source}: {error.message}", error.mend) from error
    except (OSError, UnicodeError) as error:
        raise _unreachable(source, host) from error
    try:
        return connect(
            url,
            sock=opened,
            ssl=ssl.create_default_context(cafile=certifi.where()) if secure else None,
            proxy=None,
            compression=None,  # a small frame could grow without bound
            additional_headers=headers,
            user_agent_header=reading.user_agent,
            max_size=MAX_FRAME,
            logger=SILENT,
            legacy=True,
        )
    except InvalidStatus as error:
        raise _refused(source, host, error, reading.now, token_place) from error
    except ssl.SSLError as error:
        raise SourceError(
            f"{source}: het certificaat van {host} klopt niet.", "Vraag de beheerder van die site het te vernieuwen."
        ) from error
    except (InvalidHandshake, InvalidURI, OSError, EOFError) as error:
        raise _unreachable(source, host) from error


def _refused(source: str, host: str, error: InvalidStatus, now: datetime, token_place: str) -> SourceError:
    match error.response.status_code:
        case 401 | 403 as status:
            return SourceError(
                f"{source}: {host} laat ons niet meeluisteren ({status}).",
                f"Kijk of het token in {token_place} nog geldt en de rechten heeft die docs/sources.md noemt.",
            )
        case 429 | 503 as status:
            return SourceError(
                f"{source}: {host} vraagt om later terug te komen ({status}).",
                "Luisterpost wacht tot het weer mag, en gaat dan vanzelf verder.",
                until(error.response.headers, now),
            )
        case status:
            return SourceError(f"{source}: {host} laat ons niet meeluisteren ({status}).", "Controleer het adres in sources.yaml.")


def _unreachable(source: str, host: str) -> SourceError:
    return SourceError(f"{source}: {host} is niet bereikbaar.", "Kijk of het adres in sources.yaml klopt en of die site het doet.")
