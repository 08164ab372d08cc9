"""The signed webhook: what a receiver can check, and what it may tell back."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from dashboards.pages.told_back import create_told_back
from models.words import TicketStatus
from routing.deliveries.targets.signature import FRESH, HEADER, sign, signed_at
from tests.conftest import NOW
from tests.routing.deliveries.targets.conftest import SOON, TARGET, Desk
from tests.routing.deliveries.targets.fakes import SECRET, WebhookFake
from tests.site import Site

Tell = Callable[..., Any]


@pytest.fixture
def hook(site: Site, desk: Desk) -> WebhookFake:
    made = WebhookFake(site)
    desk.configure(made.entry())
    return made


@pytest.fixture
def tell(desk: Desk) -> Tell:
    """A call of the receiver: signed, unless the test says otherwise."""
    client = TestClient(create_told_back(lambda: desk.now), raise_server_exceptions=False)

    def call(state: str, *, secret: str = SECRET, at: datetime | None = None, target: str = TARGET, **more: Any) -> Any:
        body = json.dumps({"reference": desk.row.reference, "state": state} | more).encode()
        headers = {HEADER: sign(body, [secret], at or desk.now), "Content-Type": "application/json"}
        return client.post(f"/{target}", content=body, headers=headers)

    return call


def test_an_event_is_a_cloudevent_of_which_the_receiver_can_tell_who_sent_it(desk: Desk, hook: WebhookFake) -> None:
    desk.run()
    (event,) = hook.events.values()
    assert {"specversion", "id", "source", "type", "subject", "time", "data"} <= event.keys()
    assert (event["specversion"], event["type"]) == ("1.0", "nl.luisterpost.ticket.opened")
    header, body = hook.signatures[0]
    assert signed_at(header, body, [SECRET], desk.now) is not None
    assert signed_at(header, body, ["een ander"], desk.now) is None
    assert signed_at(header, body + b" ", [SECRET], desk.now) is None
    assert signed_at(header, body, [SECRET], desk.now + FRESH + timedelta(seconds=1)) is None


def test_while_a_secret_is_replaced_both_sign_and_both_are_taken(
    desk: Desk, hook: WebhookFake, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOEL_VOLGEND", "het volgende geheim")
    desk.configure(hook.entry() | {"next_token": {"env": "DOEL_VOLGEND"}})
    desk.run()
    header, body = hook.signatures[0]
    assert all(signed_at(header, body, [secret], desk.now) for secret in (SECRET, "het volgende geheim"))
    assert tell("opgepakt", secret="het volgende geheim").status_code == 204
    assert tell("in behandeling", at=desk.now + timedelta(seconds=1)).status_code == 204


def test_the_receiver_tells_how_it_stands(desk: Desk, hook: WebhookFake, tell: Tell) -> None:
    desk.run()
    desk.now += SOON
    assert tell("afgehandeld", note="De containers zijn geleegd.").status_code == 204
    assert (desk.ticket.status, desk.ticket.outcome) == (TicketStatus.SETTLED, "De containers zijn geleegd.")
    assert desk.run().sent == 0


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"secret": "geraden"}, 401),
        ({"at": NOW - timedelta(minutes=6)}, 401),
        ({"at": NOW + timedelta(minutes=6)}, 401),
        ({"target": "onbekend"}, 401),
        ({"reference": "LP-99999"}, 404),
        ({"reference": ""}, 422),
        ({"note": "n" * 501}, 422),
    ],
)
def test_a_call_that_proves_nothing_or_says_nothing_changes_nothing(
    desk: Desk, hook: WebhookFake, tell: Tell, more: dict[str, Any], status: int
) -> None:
    desk.run()
    answer = tell("afgehandeld", **more)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert desk.ticket.status is TicketStatus.OPEN


def test_a_copy_of_an_old_call_does_not_turn_back_what_came_later(desk: Desk, hook: WebhookFake, tell: Tell) -> None:
    desk.run()
    first = desk.now
    assert tell("wacht", at=first).status_code == 204
    assert tell("in behandeling", at=first + timedelta(seconds=20)).status_code == 204
    assert tell("wacht", at=first).status_code == 204
    assert desk.ticket.status is TicketStatus.IN_HAND


def test_a_word_we_do_not_know_is_told_on_the_page(desk: Desk, hook: WebhookFake, tell: Tell) -> None:
    desk.run()
    assert tell("in de koelkast").status_code == 204
    assert "in de koelkast" in desk.row.problem


def test_who_keeps_guessing_has_to_wait(desk: Desk, hook: WebhookFake, tell: Tell) -> None:
    desk.run()
    assert [tell("opgepakt", secret=str(n)).status_code for n in range(31)][-1] == 429


@given(header=st.text(max_size=200), body=st.binary(max_size=50))
def test_no_header_breaks_the_reading_or_passes_by_chance(header: str, body: bytes) -> None:
    assert signed_at(header, body, [SECRET], NOW) is None


@given(body=st.binary(max_size=200), secrets=st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=2, unique=True))
def test_what_is_signed_is_taken(body: bytes, secrets: list[str]) -> None:
    header = sign(body, secrets, NOW)
    assert all(signed_at(header, body, [secret], NOW + timedelta(seconds=30)) == NOW for secret in secrets)
