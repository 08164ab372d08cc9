"""Asking PDOK for a street that the gazetteer does not know, against a server on loopback that answers in the documented shape."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from classify.places import Gazetteer
from classify.places.locatieserver import REST, Locatieserver
from models.municipality import Municipality

KNOWN = {"zeearendlaan": ("Zeearendlaan", "Vogelbuurt", "Rivierstad"), "verrestraat": ("Verrestraat", "Vogelbuurt", "Elders")}


class Pdok(ThreadingHTTPServer):
    """Answers as Locatieserver does; `status` and `body` can be made wrong."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[dict[str, list[str]]] = []
        self.status, self.body = 200, b""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/free"


class Answer(BaseHTTPRequestHandler):
    server: Pdok

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        self.server.asked.append(query)
        found = KNOWN.get(query["q"][0])
        docs = [{"straatnaam": found[0], "buurtnaam": found[1], "gemeentenaam": found[2], "buurtcode": "BU99990001"}] if found else []
        answer = {"response": {"numFound": len(docs), "start": 0, "maxScore": 9.1, "numFoundExact": True, "docs": docs}}
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body or json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def pdok() -> Iterator[Pdok]:
    server = Pdok()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def areas(gazetteer: Gazetteer, text: str) -> list[str]:
    return [f"{text[found.start : found.end]}={found.id}" for found in gazetteer.find(text)]


def test_a_street_that_only_pdok_knows_stands_for_its_neighbourhood(pdok: Pdok, rivierstad: Municipality) -> None:
    gazetteer = Gazetteer(rivierstad.places, frozenset(), Locatieserver(rivierstad, pdok.address).neighbourhood_of)
    text = "Mijn buurman Kees is boos, op de Zeearendlaan 3 en in de Merelstraat staan vuilniszakken"
    assert areas(gazetteer, text) == ["Zeearendlaan=vogelbuurt", "Merelstraat=vogelbuurt/merelstraat"]


def test_only_the_name_of_the_street_and_the_town_leave_the_building_and_only_once(pdok: Pdok, rivierstad: Municipality) -> None:
    gazetteer = Gazetteer(rivierstad.places, frozenset(), Locatieserver(rivierstad, pdok.address).neighbourhood_of)
    for _ in range(3):
        gazetteer.find("Mijn buurman Kees is ziek en woont op de Zeearendlaan 3")
        gazetteer.find("in de Nergensstraat is het stil")
    assert [asked["q"] for asked in pdok.asked] == [["zeearendlaan"], ["nergensstraat"]]
    assert set(pdok.asked[0]) == {"q", "fq", "fl", "rows"} and "Kees" not in str(pdok.asked)
    assert pdok.asked[0]["fq"] == ["type:adres", 'gemeentenaam:"Rivierstad"']


def test_a_street_of_another_municipality_is_none_of_ours(pdok: Pdok, rivierstad: Municipality) -> None:
    gazetteer = Gazetteer(rivierstad.places, frozenset(), Locatieserver(rivierstad, pdok.address).neighbourhood_of)
    assert areas(gazetteer, "ik woon in de Verrestraat") == []


@pytest.mark.parametrize(("status", "body"), [(500, b""), (302, b""), (200, b"geen json"), (200, b"[]"), (200, b"x" * 300_000)])
def test_a_server_that_fails_is_left_alone_for_a_while(pdok: Pdok, rivierstad: Municipality, status: int, body: bytes) -> None:
    now = [1000.0]
    server = Locatieserver(rivierstad, pdok.address, lambda: now[0])
    pdok.status, pdok.body = status, body
    assert server.neighbourhood_of("zeearendlaan") is None
    assert server.neighbourhood_of("andereweg") is None
    assert len(pdok.asked) == 1
    pdok.status, pdok.body = 200, b""
    now[0] += REST + 1
    found = server.neighbourhood_of("zeearendlaan")
    assert found is not None and found.id == "vogelbuurt"


def test_without_the_option_nobody_is_asked(pdok: Pdok, rivierstad: Municipality) -> None:
    assert rivierstad.about.pdok is False
    assert areas(Gazetteer(rivierstad.places), "op de Zeearendlaan 3") == []
    assert pdok.asked == []
