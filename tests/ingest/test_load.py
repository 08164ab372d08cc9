"""A page and its cursor are stored together, once, whatever happens in between."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from ingest.entry import Entry, Reading
from ingest.errors import SourceError
from ingest.page import Item, Page, Rejected
from ingest.run import run
from ingest.sources import find_source
from ingest.storing.load import CursorMoved
from models import Annotation, Message, Origin, Source, SourceRun
from models.database import engine, transaction
from models.settings import settings as chosen
from models.source import heard_since, rejected_rows
from models.words import Kind, RunOutcome
from tests.ingest.conftest import NOW, Post

AT = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)


def item(number: object, words: str = "de bak is vol", **more: Any) -> Item:
    return Item(external_id=str(number), text=words, **({"published_at": AT} | more))


@pytest.fixture
def entry(post: Post) -> Entry:
    post.source("files", path="x/*")
    return find_source(chosen().config, "bron")


class Killed(BaseException):
    """The process ends here."""


def pages(*wanted: Page) -> Any:
    return lambda cursor, reading: iter(wanted)


def bring(entry: Entry, *items: Item, **more: Any) -> Any:
    return run(entry, pages(Page({}, list(items), **more)), NOW)


def test_killed_at_any_page_boundary_nothing_is_lost_or_doubled(entry: Entry, post: Post) -> None:
    everything = [[item(10 * n + k) for k in range(10)] for n in range(5)]

    def read(cursor: dict[str, Any], reading: Reading, die_before: int) -> Iterator[Page]:
        for n in range(cursor.get("page", 0), 5):
            if n == die_before:
                raise Killed
            yield Page({"page": n + 1}, everything[n], [Rejected(f"blad {n}, rij 1", "leeg", {})])
        if die_before == 5:
            raise Killed

    for boundary in range(6):
        with pytest.raises(Killed):
            run(entry, lambda cursor, reading, b=boundary: read(cursor, reading, b), NOW)  # type: ignore[misc]
        assert len(post.messages()) == 10 * boundary
    assert run(entry, lambda cursor, reading: read(cursor, reading, 9), NOW).added == 0
    assert len(post.messages()) == 50 == post.session.scalar(select(func.count()).select_from(Origin))
    assert post.session.scalar(select(func.sum(SourceRun.added))) == 50
    assert len(post.aside()) == 5


def test_killed_within_a_page_neither_messages_nor_cursor_are_kept(entry: Entry, post: Post) -> None:
    post.session.execute(text("ALTER TABLE source_run ADD CONSTRAINT late CHECK (added < 2)"))
    post.session.commit()
    with pytest.raises(Exception, match="late"):
        run(entry, pages(Page({"n": 1}, [item(1), item(2)])), NOW)
    assert post.messages() == []
    assert post.session.get_one(Source, "bron").cursor == {}


def test_what_tells_of_health_is_flagged_and_nothing_else(entry: Entry, post: Post) -> None:
    bring(entry, item(1, "Mijn man heeft dementie en kan niet over de drempel"), item(2, "De drempel is te hoog"))
    assert {number: message.sensitive for number, message in post.by_id().items()} == {"1": True, "2": False}


def test_the_last_of_two_items_with_one_name_counts(entry: Entry, post: Post) -> None:
    outcome = bring(entry, item(1, "eerst"), item(1, "laatst"))
    assert (outcome.added, outcome.unchanged, post.texts()) == (1, 1, ["laatst"])


def test_an_edit_is_annotated_again_and_dated(entry: Entry, post: Post) -> None:
    bring(entry, item(1, "oud", url="https://a.example/1"))
    post.session.execute(update(Message).values(annotation_due=False))
    post.session.commit()
    assert bring(entry, item(1, "nieuw", url="https://a.example/1")).changed == 1
    message = post.messages()[0]
    assert (message.text, message.annotation_due, message.edited_at) == ("nieuw", True, NOW)


def test_an_answer_is_never_forgotten_by_a_source_that_stops_telling_it(entry: Entry, post: Post) -> None:
    bring(entry, item(1, answered_at=AT))
    bring(entry, item(1, reach=5))
    message = post.messages()[0]
    assert (message.answered_at, message.reach) == (AT, 5)


def test_a_removed_message_keeps_its_annotation_and_stays_removed(entry: Entry, post: Post) -> None:
    bring(entry, item(1, author="piet", url="https://a.example/1", conversation="c"))
    message = post.messages()[0]
    post.session.add(Annotation(message_id=message.id, model="m", language="nl", kind=Kind.REPORT, tone=0, urgency=0, annotated_at=NOW))
    post.session.commit()
    assert bring(entry, removed=["1", "onbekend"]).removed == 1
    assert bring(entry, removed=["1"]).removed == 0
    assert bring(entry, item(1, "weer terug")).unchanged == 1
    message = post.messages()[0]
    assert (message.text, message.author, message.url, message.conversation, message.deleted_at) == ("", None, None, None, NOW)
    assert not message.annotation_due
    assert post.session.scalar(select(func.count()).select_from(Annotation)) == 1


def test_our_own_posts_are_known_by_their_account_and_answer_what_they_reply_to(entry: Entry, post: Post) -> None:
    bring(
        entry,
        item(1),
        item(2, "we komen eraan", author="@Gemeente@rivierstad.example", in_reply_to="1", published_at=AT + timedelta(hours=1)),
    )
    heard = post.by_id()
    assert heard["1"].answered_at == AT + timedelta(hours=1) and heard["1"].annotation_due
    assert heard["2"].by_municipality and not heard["2"].annotation_due


def test_strange_items_are_stored_all_the_same(entry: Entry, post: Post) -> None:
    strange = [
        item("x" * 5000, conversation="y" * 9000, in_reply_to="z" * 9000, url="https://a.example/" + "u" * 9000),
        item("nul\0", "een\0 twee \ud800 drie"),
        item("lang", "w" * 500_000),
        item("morgen", published_at=NOW + timedelta(days=400)),
        item("nooit", published_at=None),
        item("rtl", "שלום \u202e 😀 مرحبا"),
    ]
    assert bring(entry, *strange).added == 6
    assert bring(entry, *strange).unchanged == 6
    heard = post.by_id()
    assert heard["nul"].text == "een twee ? drie"
    assert len(heard["lang"].text) == 100_000
    assert heard["morgen"].published_at == heard["nooit"].published_at == NOW
    assert heard["rtl"].text == "שלום \u202e 😀 مرحبا"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=30), st.text(max_size=10)), max_size=6))
def test_whatever_is_said_comes_in_once_and_stays(entry: Entry, post: Post, said: list[tuple[str, str, str]]) -> None:
    items = [item(name, words, author=author, medium=author, url=author) for name, words, author in said]
    bring(entry, *items)
    outcome = bring(entry, *items)
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 0, len(items))


def test_a_source_that_is_being_read_is_not_read_a_second_time(entry: Entry, post: Post) -> None:
    inside, leave = threading.Event(), threading.Event()

    def slow(cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        inside.set()
        leave.wait(10)
        yield Page({"n": 1}, [item(1)])

    first = threading.Thread(target=run, args=(entry, slow, NOW))
    first.start()
    inside.wait(10)
    second = bring(entry, item(2))
    leave.set()
    first.join()
    assert (second.outcome, second.added) == (RunOutcome.DONE, 0)
    assert list(post.by_id()) == ["1"]
    assert bring_at(entry, {"n": 1}, item(3)).added == 1, "the lock is free again"


def bring_at(entry: Entry, cursor: dict[str, Any], *items: Item) -> Any:
    return run(entry, pages(Page(cursor, list(items))), NOW)


def test_a_page_read_from_an_old_cursor_is_not_stored(entry: Entry, post: Post) -> None:
    def read(cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        with transaction() as session:
            session.execute(update(Source).values(cursor={"n": 9}))
        yield Page({"n": 1}, [item(1)])

    with pytest.raises(CursorMoved):
        run(entry, read, NOW)
    assert post.messages() == []


def test_an_unexpected_failure_is_noted_without_its_words_and_raised(entry: Entry, post: Post) -> None:
    def read(cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        yield Page({"n": 1}, [item(1)])
        raise KeyError("wat piet zei")

    with pytest.raises(KeyError):
        run(entry, read, NOW)
    noted = post.session.scalars(select(SourceRun)).one()
    assert (noted.outcome, noted.added) == (RunOutcome.FAILED, 1)
    assert "KeyError" in noted.problem and "piet" not in noted.problem and noted.mend


def test_a_refusal_after_some_pages_is_half_a_run(entry: Entry, post: Post) -> None:
    def read(cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        yield Page({"n": 1}, [item(1)])
        raise SourceError("De bron is stuk.", "Maak haar.")

    outcome = run(entry, read, NOW)
    assert (outcome.outcome, outcome.added, outcome.problem, outcome.mend) == (RunOutcome.PARTLY, 1, "De bron is stuk.", "Maak haar.")


def test_the_page_bronnen_can_be_told_how_each_source_fares(entry: Entry, post: Post) -> None:
    run(entry, pages(Page({}, [item(1)])), NOW - timedelta(hours=30))
    run(entry, pages(Page({}, [item(2), item(3)], [Rejected("a, rij 1", "leeg", {})])), NOW)
    session: Session = post.session
    assert heard_since(session, NOW - timedelta(hours=24)) == {"bron": 2}
    assert [row.source_id for row in rejected_rows(session, "bron")] == ["bron"]
    assert engine().pool.checkedout() <= 1  # type: ignore[attr-defined]
