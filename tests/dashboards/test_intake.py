"""The door for other systems: each call proves itself, is stored once, and is answered in the documented shapes."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from schemathesis.core.parameters import ParameterLocation
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dashboards.app import create_app
from dashboards.pages import intake
from ingest import push
from ingest.sources import load_sources, synchronise_sources
from models import Message, Origin, ReceivedCall, RejectedRow, SourceRun
from models.database import engine
from models.settings import settings
from tests.conftest import NOW
from tests.dashboards.conftest import Clock

TOKEN = "een-lang-en-geheim-token"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


def message(number: object = 1, words: str = "De container aan de Loskade is vol", **more: Any) -> dict[str, Any]:
    return {"id": f"w{number}", "text": words, "published_at": "2026-11-19T08:30:00+01:00"} | more


@pytest.fixture
def door(app: FastAPI, session: Session) -> Iterator[TestClient]:
    """The example's website as it calls us."""
    synchronise_sources(session, load_sources(settings().config))
    session.commit()
    keys = settings().keys
    keys.mkdir(parents=True, exist_ok=True)
    (keys / "website-token").write_text(f"{TOKEN}\n")
    with TestClient(app, raise_server_exceptions=False, headers=AUTHORIZED) as client:
        yield client


def bring(door: TestClient, said: Any, **headers: str) -> Any:
    return door.post("/in/website", json=said, headers={name.replace("_", "-"): value for name, value in headers.items()})


def told(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def refused(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status and problem["title"] and problem["detail"]
    return dict(problem)


def heard(session: Session) -> list[Message]:
    session.expire_all()
    return list(session.scalars(select(Message).order_by(Message.id)))


def test_one_message_is_stored_masked_and_under_a_pseudonym(door: TestClient, session: Session) -> None:
    answer = told(bring(door, message(author="truus@example.nl", words="Bel mij op 06-12345678 😀 مرحبا", private=True, conversation="c1")))
    assert (answer["added"], answer["refused"], answer["repeated"]) == (1, [], False)
    (stored,) = heard(session)
    assert stored.text == "Bel mij op [telefoon] 😀 مرحبا"
    assert stored.author is not None and "truus" not in stored.author
    assert (stored.private, stored.conversation, stored.medium, stored.source_id) == (True, "c1", "webformulier", "website")
    assert (stored.published_at, stored.received_at) == (NOW - timedelta(minutes=15), NOW)
    assert stored.annotation_due


def test_of_a_list_the_good_items_are_stored_and_the_others_are_named(door: TestClient, session: Session) -> None:
    bad = [
        {"id": "x", "text": "zonder moment"},
        "geen bericht",
        message("y", "te veel", email="a@b.nl"),
        message("z", published_at="2026-11-19T08:30"),
    ]
    answer = told(bring(door, [message(1), *bad, message(2)]))
    assert answer["added"] == 2
    assert answer["refused"] == [
        {"location": "bericht x", "reason": "published_at ontbreekt"},
        {"location": "bericht 3 van een lijst", "reason": "het is geen bericht"},
        {"location": "bericht wy", "reason": "er is een veld dat wij niet kennen"},
        {"location": "bericht wz", "reason": "published_at zegt niet in welke tijdzone"},
    ]
    assert "a@b.nl" not in str([row.item for row in session.scalars(select(RejectedRow))])


def test_an_item_that_stood_aside_is_settled_when_it_is_sent_well(door: TestClient, session: Session) -> None:
    told(bring(door, [{"id": "w1", "text": "zonder moment"}]))
    assert session.scalar(select(func.count()).select_from(RejectedRow)) == 1
    told(bring(door, [message(1)]))
    session.rollback()
    assert session.scalar(select(func.count()).select_from(RejectedRow)) == 0


def test_the_same_id_again_is_an_edit_and_a_deletion_leaves_a_tombstone(door: TestClient, session: Session) -> None:
    told(bring(door, message(1)))
    assert told(bring(door, message(1)))["unchanged"] == 1
    assert told(bring(door, message(1, "De container is weer leeg")))["changed"] == 1
    assert told(bring(door, {"id": "w1", "deleted": True}))["removed"] == 1
    (stored,) = heard(session)
    assert (stored.text, stored.author, stored.deleted_at) == ("", None, NOW)
    assert told(bring(door, message(1)))["added"] == 0


def test_an_answer_of_the_municipality_answers_what_it_replies_to(door: TestClient, session: Session) -> None:
    reply = message(2, "We halen het op", by_municipality=True, in_reply_to="w1", published_at="2026-11-19T08:40:00+01:00")
    told(bring(door, [message(1), reply]))
    question, answer = heard(session)
    assert question.answered_at == answer.published_at == NOW - timedelta(minutes=5)
    assert not answer.annotation_due


def test_a_call_by_the_same_key_is_answered_as_the_first_time_and_stored_once(door: TestClient, session: Session) -> None:
    first = told(bring(door, [message(1), {"id": "x"}], Idempotency_Key="k1"))
    told(bring(door, message(1, "intussen gewijzigd")))
    assert told(bring(door, [message(1), {"id": "x"}], Idempotency_Key="k1")) == first | {"repeated": True}
    assert [m.text for m in heard(session)] == ["intussen gewijzigd"]
    assert "andere aanroep" in refused(bring(door, message(1), Idempotency_Key="k1"), 409)["title"]
    assert "Idempotency-Key" in refused(bring(door, message(1), Idempotency_Key="k 1"), 422)["title"]


def test_calls_by_one_key_at_the_same_moment_are_stored_once(door: TestClient, session: Session) -> None:
    start = threading.Barrier(4)

    def call(_: int) -> dict[str, Any]:
        start.wait()
        return told(bring(door, [message(n) for n in range(50)], Idempotency_Key="k1"))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(call, range(4)))
    assert sorted(answer["repeated"] for answer in answers) == [False, True, True, True]
    assert {answer["added"] for answer in answers} == {50}
    assert session.scalar(select(func.count()).select_from(Origin)) == 50


def test_a_key_is_forgotten_after_a_month_and_still_nothing_is_doubled(door: TestClient, session: Session, clock: Clock) -> None:
    told(bring(door, message(1), Idempotency_Key="k1"))
    clock.now += timedelta(days=31)
    told(bring(door, message(2), Idempotency_Key="k2"))
    assert session.scalar(select(func.count()).select_from(ReceivedCall)) == 1
    again = told(bring(door, message(1), Idempotency_Key="k1"))
    assert (again["added"], again["unchanged"], again["repeated"]) == (0, 1, False)


@pytest.mark.parametrize(
    "headers", [{"Authorization": ""}, {"Authorization": "Bearer fout"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN}]
)
def test_a_call_without_the_token_learns_nothing(door: TestClient, headers: dict[str, str], session: Session) -> None:
    answers = [door.post(f"/in/{source}", json=message(), headers=headers) for source in ("website", "kcc", "bestaat-niet")]
    assert {answer.text for answer in answers} == {answers[0].text}
    refused(answers[0], 401)
    assert answers[0].headers["www-authenticate"] == "Bearer"
    assert heard(session) == []


def test_nothing_can_be_read_and_nobody_is_greeted_at_a_form(door: TestClient) -> None:
    told(bring(door, message()))
    refused(door.get("/in/website"), 401)
    refused(door.put("/in/website"), 405)
    refused(door.get("/in/"), 404)


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"{", "application/json", 422),
        (b"", "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"null", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b'{"id": ' + b"[" * 500 + b"]" * 500 + b"}", "application/json", 422),
        (json.dumps([message(n) for n in range(1001)]).encode(), "application/json", 422),
        (b'{"id": "' + b"x" * 5_000_001 + b'"}', "application/json", 413),
        (b"id=1", "application/x-www-form-urlencoded", 415),
        (b"{}", "", 415),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_own_status(door: TestClient, body: bytes, media: str, status: int) -> None:
    refused(door.post("/in/website", content=body, headers={"Content-Type": media}), status)


def test_half_a_surrogate_pair_and_nul_are_stored_as_far_as_they_can_be(door: TestClient, session: Session) -> None:
    body = b'{"id": "a\\u0000b", "text": "vol \\ud83d\\u0000!", "published_at": "2026-11-19T08:30:00+01:00"}'
    told(door.post("/in/website", content=body, headers={"Content-Type": "application/json"}))
    assert heard(session)[0].text == "vol ?!"


def test_an_error_never_repeats_what_was_sent(door: TestClient) -> None:
    for said in ({"id": "geheim", "text": 5}, {"geheim": 1}, ["geheim"], message(url="geheim")):
        answer = bring(door, said)
        assert "geheim" not in answer.text.replace("bericht geheim", "")


def test_too_many_calls_and_too_many_wrong_tokens_have_to_wait(door: TestClient, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "CALLS", 5)
    monkeypatch.setattr(intake, "FAILURES", 3)
    quick = TestClient(create_app(clock), headers=AUTHORIZED)
    for _ in range(3):
        refused(bring(quick, message(), Authorization="Bearer fout"), 401)
    refused(bring(quick, message()), 429)
    clock.now += timedelta(minutes=2)
    for number in range(5):
        told(bring(quick, message(number)))
    answer = bring(quick, message())
    refused(answer, 429)
    assert answer.headers["retry-after"] == "60"
    clock.now += timedelta(minutes=2)
    told(bring(quick, message()))


def test_a_call_while_the_source_is_read_waits_for_one_page_and_no_longer(
    door: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "PATIENCE", "200ms")
    with engine().connect() as reading:
        reading.execute(text("SELECT id FROM source WHERE id = 'website' FOR UPDATE"))
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(bring, door, message())
            answer = waiting.result(20)
    refused(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
    assert heard(session) == []
    assert told(bring(door, message()))["added"] == 1


def test_a_missing_token_is_ours_to_mend_and_not_the_callers(door: TestClient) -> None:
    (settings().keys / "website-token").unlink()
    answer = bring(door, message())
    refused(answer, 503)
    assert "website-token" not in answer.text


def test_the_page_tells_what_came_in_this_hour_in_one_line(door: TestClient, session: Session, clock: Clock) -> None:
    for number in range(5):
        told(bring(door, message(number)))
        clock.now += timedelta(minutes=14)
    runs = session.scalars(select(SourceRun).order_by(SourceRun.started_at)).all()
    assert [(run.added, run.pushed, run.outcome.value) for run in runs] == [(5, True, "done")]
    clock.now += timedelta(minutes=14)
    told(bring(door, [message(9), {}]))
    session.rollback()
    runs = session.scalars(select(SourceRun).order_by(SourceRun.started_at)).all()
    assert [(run.added, run.rejected, run.outcome.value) for run in runs] == [(5, 0, "done"), (1, 1, "partly")]


def test_who_waits_for_messages_is_told_with_the_transaction(door: TestClient) -> None:
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as waiting:
        waiting.execute(text("LISTEN luisterpost_messages"))
        told(bring(door, message(1)))
        told(bring(door, message(1)))
        driver: Any = waiting.connection.driver_connection
        assert len(list(driver.notifies(timeout=0.2))) == 1


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_the_door_does_what_its_description_says(door: TestClient, method: str, mode: schemathesis.GenerationMode) -> None:
    """By a clock on which no caller is ever too quick."""
    seconds = count(step=10)
    described = schemathesis.openapi.from_asgi("/in/openapi.json", create_app(lambda: NOW + timedelta(seconds=next(seconds))))

    @hypothesis(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(described["/{source}"][method].as_strategy(generation_mode=mode))
    def hold(case: schemathesis.Case[Any]) -> None:
        assert case.meta is not None
        wrong = {where for where, part in case.meta.components.items() if part.mode.is_negative}
        if not wrong & {ParameterLocation.PATH, ParameterLocation.HEADER} or ParameterLocation.BODY in wrong:
            case.path_parameters["source"] = "website"
            case.headers.update(AUTHORIZED)
        case.call_and_validate()

    hold()
