"""A connection to an IMAP server: through the guard, with TLS, for reading only. Knows nothing of mails but their numbers and bytes."""

import logging
import ssl
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from imaplib import IMAP4
from socket import socket
from threading import Event

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from ingest.errors import RequestRefused, SourceError
from outside.guard import guarded_socket
from outside.waiting import UNSAID

SECONDS = 20.0
_BUSY = ("[LIMIT]", "[THROTTLED]", "[UNAVAILABLE]", "[INUSE]")
logging.getLogger("imapclient").setLevel(logging.WARNING)  # below that it repeats what the server said, mails and all


@dataclass(frozen=True, slots=True)
class Folder:
    """An opened folder: numbers hold for as long as `validity` stays; `next` is the number of the next mail."""

    validity: int
    next: int


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, or the beginning of one."""

    number: int
    received: datetime
    raw: bytes


class Connection:
    """A server that we are signed in to."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client

    def examine(self, folder: str) -> Folder:
        """Open a folder for reading only."""
        told = self._client.select_folder(folder, readonly=True)
        return Folder(int(told[b"UIDVALIDITY"]), int(told.get(b"UIDNEXT", 1)))

    def since(self, day: date) -> list[int]:
        """Numbers of the mails that came on that day or later, growing."""
        return sorted(self._client.search(["SINCE", day, "UNDELETED"]))

    def after(self, number: int) -> list[int]:
        """Numbers of the mails after this one, growing. A server gives the last mail also where it is not."""
        return sorted(found for found in self._client.search(["UID", f"{number + 1}:*", "UNDELETED"]) if found > number)

    def fetch(self, numbers: Sequence[int], most: int) -> list[Mail]:
        """At most so many bytes of each mail that is still there, without marking it as read."""
        told = self._client.fetch(list(numbers), ["INTERNALDATE", f"BODY.PEEK[]<0.{most}>"])
        return [Mail(number, told[number][b"INTERNALDATE"], told[number][b"BODY[]<0>"] or b"") for number in numbers if number in told]

    def wait(self, time_left: timedelta, stopping: Event) -> None:
        """Until the server says that something is there, `stopping` is set, or the time is up. A second at a time."""
        until = time.monotonic() + time_left.total_seconds()
        self._client.idle()
        try:
            while not stopping.is_set() and time.monotonic() < until:
                begun = time.monotonic()
                told = self._client.idle_check(timeout=1)
                hung_up = not told and time.monotonic() - begun < 0.5  # the library says nothing of it; taking leave of IDLE will
                if hung_up or any(len(word) > 1 and word[1] == b"EXISTS" for word in told):
                    return
        finally:
            self._client.idle_done()


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect to, and whose certificates are `trusted`. `private`: the (host, port) that may be in a network of our own."""

    host: str
    port: int
    trusted: ssl.SSLContext
    starttls: bool
    private: Collection[tuple[str, int]]

    @contextmanager
    def signed_in(self, user: str, secret: str, bearer: bool) -> Iterator[Connection]:
        """A connection for as long as the block lasts. `bearer`: the secret is a token (XOAUTH2), no password."""
        client = _Guarded(self)
        try:
            if self.starttls:
                client.starttls(self.trusted)
            if bearer:
                client.oauth2_login(user, secret)
            else:
                client.login(user, secret)
            yield Connection(client)
        finally:
            client.leave()


@contextmanager
def explain(source: str, host: str, place: str, now: datetime) -> Iterator[None]:
    """Turn what goes wrong inside into what a person hears; `place` is where the secret is kept. Never the server's own words.

    Raises:
        SourceError: instead of whatever the libraries raise.
    """
    try:
        yield
    except RequestRefused as error:
        raise RequestRefused(f"{source}: {error.message}", error.mend) from error
    except LoginError as error:
        raise SourceError(
            f"{source}: {host} laat ons niet binnen.", f"Controleer username in sources.yaml en het geheim in {place}."
        ) from error
    except ssl.SSLCertVerificationError as error:
        mend = "Vraag de beheerder het te vernieuwen, of noem bij `authority` het bestand met het certificaat van de eigen uitgever."
        raise SourceError(f"{source}: het certificaat van {host} klopt niet.", mend) from error
    except (IMAP4.abort, OSError) as error:
        raise SourceError(
            f"{source}: de verbinding met {host} brak af of kwam niet tot stand.", "Luisterpost probeert het vanzelf weer."
        ) from error
    except IMAPClientError as error:
        if any(word in str(error).upper() for word in _BUSY):
            raise SourceError(f"{source}: {host} heeft het nu te druk.", "Luisterpost probeert het vanzelf weer.", now + UNSAID) from error
        raise SourceError(f"{source}: {host} weigert wat wij vragen.", "Controleer folders en sent in sources.yaml.") from error


class _Guarded(IMAPClient):  # type: ignore[misc]
    """Its socket goes through our guard."""

    def __init__(self, server: Server) -> None:
        self._server = server
        waits = SocketTimeout(SECONDS, SECONDS)
        super().__init__(server.host, server.port, ssl=not server.starttls, ssl_context=server.trusted, timeout=waits)
        self.normalise_times = False
        self._imap.debug = 0

    def _create_IMAP4(self) -> IMAP4:  # noqa: N802 - the library's name
        server = self._server

        class Opened(IMAP4):
            def _create_socket(self, timeout: float | None = None) -> socket:  # noqa: ARG002
                plain = guarded_socket(server.host, server.port, server.private, SECONDS)
                return plain if server.starttls else server.trusted.wrap_socket(plain, server_hostname=server.host)

        return Opened(server.host, server.port)

    def leave(self) -> None:
        """Sign out, or just hang up where the server is gone."""
        try:
            self.logout()
        except (IMAPClientError, OSError):
            try:
                self.shutdown()
            except (IMAPClientError, OSError):
                return
