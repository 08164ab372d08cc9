"""Requests to the outside, guarded: no private addresses, no endless bodies, no endless waits, no endless redirects."""

import socket
import threading
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from outside.errors import RequestRefused

MAX_BODY = 5_000_000
MAX_SECONDS = 20.0
MAX_REDIRECTS = 5
CHUNK = 65_536
_NAT64 = ip_network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


def origin(url: str) -> tuple[str, int]:
    """Host and port of an address."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def guarded_session(
    user_agent: str, private_origins: Iterable[tuple[str, int]] = (), max_body: int = MAX_BODY, max_seconds: float = MAX_SECONDS
) -> requests.Session:
    """A session whose every connection goes to a public address, except to the (host, port) pairs in `private_origins`.

    The address that is checked is the one that is connected to, at each redirect again, so neither a redirect nor a name that changes
    its address leads inside. Proxies, netrc and other settings of the environment are left out: they would lead around the guard.
    """
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = MAX_REDIRECTS
    session.headers["User-Agent"] = user_agent
    adapter = _GuardedAdapter(frozenset(private_origins), max_body, max_seconds)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def guarded_socket(host: str, port: int, private_origins: Collection[tuple[str, int]], max_seconds: float = MAX_SECONDS) -> socket.socket:
    """A socket to the first address of this host that answers, if the host may be reached at all: what is checked is connected to.

    Raises:
        RequestRefused: the host has a private address and is not in `private_origins`.
        OSError: the name is unknown, or no address answers.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    name = host.rstrip(".").lower().strip("[]")
    if (name, port) not in private_origins:
        refuse_private(name, [ip_address(str(sockaddr[0]).split("%")[0]) for *_, sockaddr in found])
    problem: OSError | None = None
    for family, kind, protocol, _, sockaddr in found:
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(min(10.0, max_seconds))
            opened.connect(sockaddr)
        except OSError as error:
            opened.close()
            problem = error
        else:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return opened
    raise problem or OSError(f"{host} has no address")


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet, seen through the ways in which IPv6 wraps IPv4."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if wrapped is None and address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
    return address.is_global and not address.is_multicast


class _GuardedAdapter(HTTPAdapter):
    """Connects through the guard, and reads a body whole within its limits of size and time."""

    def __init__(self, private: frozenset[tuple[str, int]], max_body: int, max_seconds: float) -> None:
        self._private = private
        self._max_body = max_body
        self._max_seconds = max_seconds
        self._open: WeakSet[HTTPConnection] = WeakSet()
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        guard = self

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return guard.connect(self)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return guard.connect(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """A socket for a connection of urllib3, through the guard."""
        host, port = connection._dns_host, connection.port or connection.default_port
        try:
            opened = guarded_socket(host, port, self._private, self._max_seconds)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(connection, f"{host}: {error}") from error
        self._open.add(connection)
        return opened

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        late = threading.Event()
        clock = threading.Timer(self._max_seconds, self._give_up, [late])
        clock.daemon = True
        clock.start()
        try:
            response = super().send(request, stream=True, timeout=(min(10.0, self._max_seconds), self._max_seconds), **_without(kwargs))
            response._content = self._body(response)
            response._content_consumed = True  # type: ignore[attr-defined]
        except requests.RequestException as error:
            if late.is_set():
                raise _too_slow(request.url or "", self._max_seconds) from error
            raise
        finally:
            clock.cancel()
        if late.is_set():
            raise _too_slow(request.url or "", self._max_seconds)
        return response

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        with response:
            for chunk in response.iter_content(CHUNK):
                body += chunk
                if len(body) > self._max_body:
                    host = origin(response.url)[0]
                    raise RequestRefused(
                        f"Het antwoord van {host} is groter dan {self._max_body // 1_000_000} MB.",
                        "Vraag een kleinere feed, of minder per keer.",
                    )
        return bytes(body)

    def _give_up(self, late: threading.Event) -> None:
        """Closing the sockets ends whatever is waiting on them, a header that drips in as well."""
        late.set()
        for connection in list(self._open):
            if connection.sock is not None:
                try:
                    connection.sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


def _without(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kwargs.items() if name not in ("stream", "timeout")}


def refuse_private(host: str, addresses: Iterable[Address]) -> None:
    """Refuse a host with an address that does not belong to the open internet.

    Raises:
        RequestRefused: it has one.
    """
    for address in addresses:
        if not is_public(address):
            raise RequestRefused(
                f"{host} leidt naar een adres binnen een eigen netwerk, en dat mag niet.",
                "Is dat de bedoeling, zet dan `allow_private: true` in de configuratie waar dit adres staat, naast het adres zelf.",
            )


def _too_slow(url: str, seconds: float) -> RequestRefused:
    return RequestRefused(
        f"{origin(url)[0]} was na {seconds:.0f} seconden nog niet klaar.",
        "Luisterpost probeert het vanzelf weer; blijft het zo, vraag de beheerder.",
    )
