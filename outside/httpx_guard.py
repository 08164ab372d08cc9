"""The same guard for httpx: a connection goes to the address that was checked, and to a private one only where that is said."""

import asyncio
import socket
from collections.abc import Collection
from ipaddress import ip_address

import httpx

from outside.guard import refuse_private

Origins = Collection[tuple[str, int]]


class GuardedTransport(httpx.HTTPTransport):
    """Looks a host up itself, checks the address, and connects to that; Host header and certificate keep to the name."""

    def __init__(self, private_origins: Origins = ()) -> None:
        super().__init__()
        self._private = frozenset(private_origins)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host, port = _host(request)
        return super().handle_request(_to_address(request, host, checked(host, port, self._private)))


class GuardedAsyncTransport(httpx.AsyncHTTPTransport):
    """As `GuardedTransport`."""

    def __init__(self, private_origins: Origins = ()) -> None:
        super().__init__()
        self._private = frozenset(private_origins)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, port = _host(request)
        address = await asyncio.to_thread(checked, host, port, self._private)
        return await super().handle_async_request(_to_address(request, host, address))


def checked(host: str, port: int, private_origins: Origins) -> str:
    """The first address of a host, if all of its addresses may be connected to.

    Raises:
        RequestRefused: one of them is private, and (host, port) is not in `private_origins`.
        httpx.ConnectError: the name is unknown.
    """
    try:
        found = [str(sockaddr[0]) for *_, sockaddr in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"{host}: {error}") from error
    if (host, port) not in private_origins:
        refuse_private(host, [ip_address(address.split("%")[0]) for address in found])
    return found[0]


def _host(request: httpx.Request) -> tuple[str, int]:
    return request.url.host.rstrip(".").lower(), request.url.port or (443 if request.url.scheme == "https" else 80)


def _to_address(request: httpx.Request, host: str, address: str) -> httpx.Request:
    request.extensions = {**request.extensions, "sni_hostname": host}
    request.url = request.url.copy_with(host=address)
    return request
