"""The same post through two sources is one message with two origins, whichever comes first and also when both come at once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from ingest.page import Item, Page
from ingest.run import Outcome, run
from ingest.sources import find_source
from models import Annotation, Message, Origin
from models.settings import settings as chosen
from models.words import Kind
from tests.ingest.conftest import NOW, Post

AT = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)
X = "https://x.com/piet/status/1001"
ARTICLE = "https://nieuws.example/zakken"
LONG = "De bak op de Loskade is al weken vol en niemand komt"


def item(name: str, words: str = LONG, url: str | None = X, **more: Any) -> Item:
    told: dict[str, Any] = {"published_at": AT, "author": "piet"} | more
    return Item(external_id=name, text=words, url=url, **told)


@pytest.fixture
def bring(post: Post) -> Callable[..., Outcome]:
    """Store items, as one page, of source `een` or `twee`."""
    for name in ("een", "twee"):
        post.source("files", name, path="x/*")

    def bring(source: str, *items: Item, **more: Any) -> Outcome:
        page = Page({}, list(items), **more)
        return run(find_source(chosen().config, source), lambda cursor, reading: iter([page]), NOW)

    return bring


def origins(post: Post) -> set[tuple[str, str]]:
    return set(post.session.execute(select(Origin.source_id, Origin.external_id)))


@pytest.mark.parametrize("first", ["een", "twee"])
def test_whichever_source_comes_first_it_is_one_message_with_two_origins(post: Post, bring: Callable[..., Outcome], first: str) -> None:
    second = "twee" if first == "een" else "een"
    assert bring(first, item("a")).added == 1
    outcome = bring(second, item("b", url="https://twitter.com/piet/status/1001?s=20"))
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 0, 1)
    (message,) = post.messages()
    assert message.source_id == first
    assert origins(post) == {(first, "a"), (second, "b")}
    assert bring(second, item("b", url="https://twitter.com/piet/status/1001?s=20")).unchanged == 1


def test_a_row_that_stands_in_one_page_twice_under_two_numbers_is_one_message(post: Post, bring: Callable[..., Outcome]) -> None:
    outcome = bring("een", item("a"), item("b", reach=7), item("c", answered_at=AT))
    assert (outcome.added, outcome.unchanged) == (1, 2)
    (message,) = post.messages()
    assert (message.reach, message.answered_at) == (7, AT)


def test_what_two_sources_tell_is_put_together(post: Post, bring: Callable[..., Outcome]) -> None:
    bring("een", item("a", LONG[:20], author=None, private=True, reach=3, answered_at=AT + timedelta(hours=2)))
    post.session.execute(update(Message).values(annotation_due=False))
    post.session.commit()
    bring("twee", item("b", LONG, reach=2, answered_at=AT + timedelta(hours=1), medium="X"))
    (message,) = post.messages()
    assert (message.text, message.private, message.reach, message.answered_at) == (LONG, False, 3, AT + timedelta(hours=1))
    assert message.author and message.medium == "X" and message.annotation_due


def test_a_message_is_private_as_long_as_no_source_shows_it_to_everybody(post: Post, bring: Callable[..., Outcome]) -> None:
    bring("een", item("a", private=True))
    bring("twee", item("b", private=True))
    assert post.messages()[0].private
    bring("twee", item("b", private=False))
    assert not post.messages()[0].private
    bring("twee", item("b", private=True))
    assert post.messages()[0].private


def test_a_shortened_copy_takes_nothing_away_and_an_edit_does(post: Post, bring: Callable[..., Outcome]) -> None:
    bring("een", item("a"))
    bring("twee", item("b", LONG[:30] + "…"))
    bring("twee", item("b", LONG[:20] + "…"))
    assert post.texts() == [LONG]
    bring("een", item("a", "De bak is leeg"))
    assert post.texts() == ["De bak is leeg"]
    bring("twee", item("b", LONG[:20] + "…", reach=9))
    message = post.messages()[0]
    assert (message.text, message.reach, message.edited_at) == ("De bak is leeg", 9, NOW)
    bring("twee", item("b", "Nog eens veranderd, aan de andere kant", edited_at=NOW + timedelta(minutes=1)))
    assert post.texts() == ["Nog eens veranderd, aan de andere kant"]


def test_a_post_that_turns_out_to_be_our_own_is_no_longer_counted(post: Post, bring: Callable[..., Outcome]) -> None:
    bring("een", item("a"))
    post.session.execute(update(Message).values(annotation_due=False))
    post.session.commit()
    bring("twee", item("b", by_municipality=True))
    (message,) = post.messages()
    assert message.by_municipality and not message.annotation_due and message.grouping_due


def test_what_one_source_deletes_is_gone_and_no_late_copy_brings_it_back(post: Post, bring: Callable[..., Outcome]) -> None:
    bring("een", item("a"))
    bring("twee", item("b"))
    message = post.messages()[0]
    post.session.add(Annotation(message_id=message.id, model="m", language="nl", kind=Kind.REPORT, tone=0, urgency=0, annotated_at=NOW))
    post.session.commit()
    assert bring("twee", removed=["b"]).removed == 1
    assert bring("een", item("a", "nog een keer, anders")).unchanged == 1
    assert bring("een", item("later")).unchanged == 1
    (message,) = post.messages()
    assert (message.text, message.author, message.url, message.deleted_at, message.annotation_due) == ("", None, None, NOW, False)
    assert origins(post) == {("een", "a"), ("twee", "b"), ("een", "later")}


def test_comments_that_share_an_address_stay_themselves(post: Post, bring: Callable[..., Outcome]) -> None:
    comments = [item("1", url=ARTICLE), item("2", "Bij ons in de straat precies hetzelfde", url=ARTICLE), item("3", url=ARTICLE)]
    assert bring("een", *comments).added == 3
    assert bring("een", *comments).unchanged == 3
    assert bring("een", item("4", url=ARTICLE)).added == 1, "two people may say the same below one article"
    assert bring("twee", item("elders", url=ARTICLE + "?utm_source=rss")).added == 0, "another source brings the same words"
    assert bring("twee", item("nog een", "Vanmiddag worden de zakken opgehaald", url=ARTICLE)).added == 1
    assert len(post.messages()) == 5


def test_names_are_stored_as_keyed_digests_only(post: Post, bring: Callable[..., Outcome]) -> None:
    bring("een", item("a", url=None, identity="at://piet.bsky.social/app.bsky.feed.post/eigen-sleutel"))
    (message,) = post.messages()
    assert message.identity is not None and len(message.identity) == 16
    stored = str(post.session.execute(select(Message.__table__)).one()) + str(post.session.execute(select(Origin.__table__)).one())
    assert "piet" not in stored and "eigen-sleutel" not in stored


def test_two_sources_that_bring_the_same_posts_at_once_make_each_once(post: Post, bring: Callable[..., Outcome]) -> None:
    pages = [
        [item(str(n), f"{LONG} {n}", url=f"https://x.com/a/status/{n}") for n in range(start, start + 50)] for start in range(0, 750, 50)
    ]
    together = threading.Barrier(2, timeout=30)
    outcomes: list[Outcome] = []

    def load(source: str) -> None:
        for page in pages:
            together.wait()
            outcomes.append(bring(source, *page))

    readers = [threading.Thread(target=load, args=(source,)) for source in ("een", "twee")]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)
    assert len(post.messages()) == 750 == sum(outcome.added for outcome in outcomes)
    assert len(origins(post)) == 1500


POSTS = {n: item("", f"{LONG} {n}", url=f"https://x.com/a/status/{n}", reach=n + 1) for n in range(4)}
STEP = st.tuples(
    st.sampled_from(["een", "twee"]),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["", "'"])), min_size=1, max_size=4, unique=True),
    st.booleans(),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=6))
def test_in_whatever_order_pages_come_there_is_one_message_for_each_post(
    post: Post, bring: Callable[..., Outcome], steps: list[tuple[str, list[tuple[int, str]], bool]]
) -> None:
    """A step: a source brings some posts, each under one of two numbers, and perhaps deletes the first of them."""
    post.session.execute(delete(Origin))
    post.session.execute(delete(Message))
    post.session.commit()
    told: set[tuple[str, str]] = set()
    seen: set[int] = set()
    gone: set[int] = set()
    for source, posts, deletes in steps:
        names = [f"{number}{mark}" for number, mark in posts]
        page = [replace(POSTS[number], external_id=name) for (number, _), name in zip(posts, names, strict=True)]
        bring(source, *page, removed=names[:1] if deletes else [])
        told |= {(source, name) for name in names}
        seen |= {number for number, _ in posts}
        gone |= {posts[0][0]} if deletes else set()
    assert origins(post) == told
    assert len(post.messages()) == len(seen)
    assert post.session.scalar(select(func.count()).where(Message.deleted_at.is_not(None))) == len(gone)
    of = {name: message_id for _, name, message_id in post.session.execute(select(Origin.source_id, Origin.external_id, Origin.message_id))}
    assert all(of[name] == of[other] for name in of for other in of if name.rstrip("'") == other.rstrip("'"))
