"""A call is stored whole with the memory of it, or not at all: its sender repeats it until it is answered."""

import json
import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ingest.entry import Call, NotAuthentic
from ingest.listen import due_sources
from ingest.receive import NotReady, Received, receive
from models import Message, Origin, ReceivedCall, SourceRun
from models.database import engine
from models.words import RunOutcome
from tests.faults.boundaries import Boundaries
from tests.ingest.conftest import NOW, Post

MESSAGES = [{"id": f"m{n}", "text": f"de bak in straat {n} is vol", "published_at": "2026-11-19T08:00:00+01:00"} for n in range(3)]


@pytest.fixture
def token(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "token").write_text("geheim")
    return {"file": str(tmp_path / "token")}


def call(key: str = "k1", token: str = "geheim") -> Call:
    return Call("POST", {"authorization": f"Bearer {token}", "idempotency-key": key}, {}, json.dumps(MESSAGES).encode())


def killed_at(number: int, source_id: str) -> bool:
    """Whether a process that takes the call is killed at this boundary; False where it has no so many."""
    child = os.fork()
    if child == 0:
        engine.cache_clear()
        Boundaries(number).install()
        receive(source_id, call(), NOW)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_killed_at_any_boundary_a_repeated_call_loses_and_doubles_nothing(post: Post, token: dict[str, str]) -> None:
    boundaries = 0
    for number in range(1, 100):
        source_id = f"deur{number}"
        post.source("webform", source_id, token=token)
        if not killed_at(number, source_id):
            break
        boundaries += 1
        answer = receive(source_id, call(), NOW)
        assert (answer.added, answer.unchanged, answer.refused) == (3, 0, [])
        post.session.rollback()
        of_source = [Origin.source_id == source_id, ReceivedCall.source_id == source_id, SourceRun.source_id == source_id]
        counts = [post.session.scalar(select(func.count()).where(mine)) for mine in of_source]
        assert counts == [3, 1, 1], f"killed at boundary {number}"
        assert post.session.scalar(select(SourceRun.added).where(SourceRun.source_id == source_id)) == 3
    assert boundaries >= 2, signal.SIGKILL


def test_a_source_that_is_not_active_or_takes_no_calls_is_not_there(post: Post, token: dict[str, str]) -> None:
    post.source("webform", "dicht", token=token, active=False)
    post.source("feed", "nieuws", url="https://nieuws.example/feed")
    for source_id in ("dicht", "nieuws", "onbekend"):
        with pytest.raises(NotAuthentic):
            receive(source_id, call(), NOW)


def test_a_broken_sources_yaml_is_ours_to_mend(post: Post) -> None:
    (post.folder / "sources.yaml").write_text("sources: [")
    with pytest.raises(NotReady):
        receive("deur", call(), NOW)


def test_a_missing_token_stands_on_the_page(post: Post) -> None:
    post.source("webform", "deur", token={"env": "NERGENS"})
    outcome = post.hear("deur")
    assert outcome.outcome is RunOutcome.FAILED and "NERGENS" in outcome.problem


def test_what_is_brought_does_not_postpone_a_reading(post: Post, token: dict[str, str]) -> None:
    post.source("webform", "deur", token=token, every_minutes=60)
    post.hear("deur")
    receive("deur", call(), NOW + timedelta(minutes=30))
    assert due_sources(NOW + timedelta(minutes=40)) == []
    assert due_sources(NOW + timedelta(minutes=61)) == ["deur"]


def test_an_answer_that_is_given_again_is_the_same(post: Post, token: dict[str, str]) -> None:
    post.source("webform", "deur", token=token)
    first = receive("deur", call(), NOW)
    assert receive("deur", call(), NOW) == Received(3, repeated=True) and first == Received(3)
    assert len(list(post.session.scalars(select(Message)))) == 3
