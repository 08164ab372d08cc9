"""Requests to the outside go only where they may, and end."""

import gzip
import socket
from ipaddress import ip_address
from typing import Any

import pytest

from ingest.errors import SourceError
from ingest.outside.http import get
from outside.guard import guarded_session, is_public, origin
from tests.ingest.conftest import Answer, Site


def fetch(site: Site, path: str = "/", **limits: Any) -> bytes:
    with guarded_session("Luisterpost (gemeente Rivierstad; webcare@rivierstad.example)", [origin(site.url)], **limits) as session:
        return get(session, site.url + path, "De bron").content


def test_an_allowed_address_answers_and_sees_who_asks(site: Site) -> None:
    site.say["/"] = Answer(b"hallo")
    assert fetch(site) == b"hallo"
    assert site.asked[0].headers["user-agent"] == "Luisterpost (gemeente Rivierstad; webcare@rivierstad.example)"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_loopback_is_refused_under_every_name(site: Site, host: str) -> None:
    with guarded_session("x") as session, pytest.raises(SourceError):
        get(session, f"http://{host}:{site.port}/", "De bron")
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.0.0.1 172.16.3.4 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 ::1 fe80::1 fc00::1 ff02::1 "
    "::ffff:10.0.0.1 "
    "64:ff9b::a00:1 2002:7f00:1::".split(),
)
def test_addresses_of_inside_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_redirect_inside_is_refused_although_the_source_itself_may_be_private(site: Site, other_site: Site) -> None:
    site.say["/"] = Answer(status=302, headers={"Location": other_site.url + "/geheim"})
    with pytest.raises(SourceError, match="eigen netwerk"):
        fetch(site)
    assert other_site.asked == []


def test_a_name_that_turns_out_to_lead_inside_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: real("127.0.0.1" if host == "openbaar.example" else host, *a, **k))
    with (
        guarded_session("x") as session,
        pytest.raises(SourceError, match=r"De bron: openbaar.example leidt naar een adres binnen een eigen netwerk"),
    ):
        get(session, f"http://openbaar.example:{site.port}/", "De bron")
    assert site.asked == []


def test_redirects_end(site: Site) -> None:
    site.say["/"] = Answer(status=302, headers={"Location": "/"})
    with pytest.raises(SourceError, match="vaker dan 5 keer"):
        fetch(site)
    assert len(site.asked) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://elders.example/", "gopher://x/"])
def test_only_http_is_followed(site: Site, target: str) -> None:
    site.say["/"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(SourceError, match="geen http"):
        fetch(site)


def test_a_body_beyond_its_limit_is_refused_also_when_it_is_packed(site: Site) -> None:
    site.say["/"] = Answer(b"x" * 2_000_000)
    with pytest.raises(SourceError, match="groter dan 1 MB"):
        fetch(site, max_body=1_000_000)
    site.say["/"] = Answer(gzip.compress(b"x" * 200_000_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match="groter dan 5 MB"):
        fetch(site)


def test_a_body_that_drips_is_given_up(site: Site) -> None:
    site.say["/"] = Answer(b"x" * 1000, drip=0.05)
    with pytest.raises(SourceError, match="nog niet klaar"):
        fetch(site, max_seconds=0.3)


def test_half_a_body_is_no_body(site: Site) -> None:
    site.say["/"] = Answer(b"x" * 1000, cut=500)
    with pytest.raises(SourceError, match="brak halverwege af"):
        fetch(site)


def test_a_site_that_is_not_there_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with guarded_session("x", [origin(url)]) as session, pytest.raises(SourceError, match=r"De bron: 127.0.0.1 is niet bereikbaar"):
        get(session, url, "De bron")


def test_settings_of_the_environment_do_not_lead_around_the_guard(site: Site, other_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.say["/"] = Answer(b"hallo")
    monkeypatch.setenv("HTTP_PROXY", other_site.url)
    monkeypatch.setenv("http_proxy", other_site.url)
    assert fetch(site) == b"hallo"
    assert other_site.asked == []
