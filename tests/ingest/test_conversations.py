"""Replies find what they reply to, in any order and by any source, and an answer answers everything above it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from ingest.page import Item, Page
from ingest.run import Outcome, run
from ingest.sources import find_source
from models import Message, Origin
from models.conversation import conversation_of, time_to_first_answer, waiting_since
from models.settings import settings as chosen
from tests.ingest.conftest import NOW, Post

AT = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Bring = Callable[..., Outcome]


def said(number: str, hour: int = 0, to: str | None = None, by_us: bool = False, **more: Any) -> Item:
    """Something said so many hours after six, in reply to another number."""
    words = f"bericht {number}"
    more = {"author": f"inwoner {number}"} | more
    return Item(number, words, AT + hour * HOUR, in_reply_to=to, by_municipality=by_us, **more)


@pytest.fixture
def bring(post: Post) -> Bring:
    post.source("files", "een", path="x/*")
    post.source("files", "twee", path="x/*")
    post.source("files", "mail", path="x/*", channel="webcare")

    def bring(source: str, *items: Item) -> Outcome:
        return run(find_source(chosen().config, source), lambda cursor, reading: iter([Page({}, list(items))]), NOW)

    return bring


def answered(post: Post) -> dict[str, int | None]:
    """After how many hours from six each resident's message was answered."""
    return {
        name: None if message.answered_at is None else round((message.answered_at - AT) / HOUR)
        for name, message in post.by_id().items()
        if not message.by_municipality
    }


def shown(post: Post, name: str) -> list[tuple[str, int, bool]]:
    turns = conversation_of(post.session, post.by_id()[name].id)
    return [(turn.message.text.removeprefix("bericht "), turn.depth, turn.follow_up) for turn in turns]


TALK = [said("vraag"), said("ik ook", 1, "vraag"), said("antwoord", 2, "ik ook", by_us=True), said("en nu", 3, "antwoord")]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_whatever_order_a_conversation_comes_in_it_is_the_same_tree(post: Post, bring: Bring, order: tuple[int, ...]) -> None:
    for place in order:
        bring("een", TALK[place])
    assert answered(post) == {"vraag": 2, "ik ook": 2, "en nu": None}
    for name in ("vraag", "antwoord", "en nu"):
        assert shown(post, name) == [("vraag", 0, False), ("ik ook", 1, False), ("antwoord", 2, False), ("en nu", 3, True)]


def test_whole_conversations_in_one_page_are_linked_too(post: Post, bring: Bring) -> None:
    bring("een", *reversed(TALK))
    assert answered(post) == {"vraag": 2, "ik ook": 2, "en nu": None}


def test_who_waits_and_how_long_an_answer_took_is_known(post: Post, bring: Bring) -> None:
    bring("een", *TALK)
    heard = post.by_id()
    assert waiting_since(post.session, heard["vraag"].id) == AT + 3 * HOUR
    assert time_to_first_answer(post.session, heard["vraag"].id) == 2 * HOUR
    assert time_to_first_answer(post.session, heard["en nu"].id) is time_to_first_answer(post.session, heard["antwoord"].id) is None
    bring("een", said("tot slot", 5, "en nu", by_us=True))
    assert waiting_since(post.session, heard["vraag"].id) is None
    assert time_to_first_answer(post.session, heard["en nu"].id) == 2 * HOUR
    assert conversation_of(post.session, 0) == [] and waiting_since(post.session, 0) is None


def test_the_first_answer_counts_whichever_is_heard_first(post: Post, bring: Bring) -> None:
    bring("een", said("vraag"), said("later", 5, "vraag", by_us=True))
    bring("een", said("eerder", 1, "vraag", by_us=True))
    assert answered(post) == {"vraag": 1}


def test_below_a_broadcast_everyone_has_his_own_conversation(post: Post, bring: Bring) -> None:
    bring(
        "een",
        said("nieuws", 0, by_us=True),
        said("a", 1, "nieuws"),
        said("b", 2, "nieuws"),
        said("dank", 3, "a", by_us=True),
    )
    assert answered(post) == {"a": 3, "b": None}
    assert shown(post, "a") == [("nieuws", 0, False), ("a", 1, False), ("dank", 2, False)]
    assert waiting_since(post.session, post.by_id()["a"].id) is None
    assert len(shown(post, "nieuws")) == 4


def test_in_a_thread_with_one_resident_an_answer_need_not_say_what_it_answers(post: Post, bring: Bring) -> None:
    thread = [said("vraag", 0, conversation="7"), said("antwoord", 2, conversation="7", by_us=True), said("en nu", 3, conversation="7")]
    for item in reversed(thread):
        bring("mail", item)
    bring("mail", said("ander", 0, conversation="8"))
    assert answered(post) == {"vraag": 2, "en nu": None, "ander": None}
    assert shown(post, "vraag") == [("vraag", 0, False), ("antwoord", 0, False), ("en nu", 0, True)]


def test_under_one_public_post_a_remark_of_ours_answers_nobody_by_itself(post: Post, bring: Bring) -> None:
    bring("een", said("a", 0, conversation="p"), said("b", 1, conversation="p"), said("bedankt allen", 2, conversation="p", by_us=True))
    assert answered(post) == {"a": None, "b": None}
    assert shown(post, "a") == [("a", 0, False)]


def test_an_answer_that_another_source_brings_counts_in_either_order(post: Post, bring: Bring) -> None:
    question = said("1", url="https://x.com/piet/status/100")
    answer = said("200", 1, "100", by_us=True, url="https://x.com/gemeente/status/200")
    bring("een", question)
    bring("twee", answer)
    assert answered(post) == {"1": 1}
    later = said("300", 2, "200", url="https://x.com/piet/status/300")
    bring("twee", said("400", 4, "300", by_us=True, url="https://x.com/gemeente/status/400"))
    bring("een", later)
    assert answered(post) == {"1": 1, "300": 4}


def test_a_second_origin_that_knows_what_it_replies_to_links_the_message(post: Post, bring: Bring) -> None:
    bring("twee", said("vraag"))
    bring("een", said("a", 1, by_us=True, url="https://x.com/g/status/9"))
    bring("twee", said("antwoord", 1, "vraag", by_us=True, url="https://twitter.com/g/status/9"))
    assert answered(post) == {"vraag": 1}


def test_a_new_answer_is_told_to_its_signal(post: Post, bring: Bring) -> None:
    bring("een", said("vraag"))
    post.session.execute(update(Message).values(annotation_due=False))
    post.session.commit()
    bring("een", said("antwoord", 1, "vraag", by_us=True))
    assert post.by_id()["vraag"].grouping_due


def test_a_deleted_message_keeps_its_place_in_the_tree(post: Post, bring: Bring) -> None:
    bring("een", *TALK)
    run(find_source(chosen().config, "een"), lambda cursor, reading: iter([Page({}, removed=["ik ook"])]), NOW)
    assert [depth for _, depth, _ in shown(post, "vraag")] == [0, 1, 2, 3]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(-1, 7), min_size=8, max_size=8), ours=st.sets(st.integers(0, 7)), seed=st.randoms(use_true_random=False)
)
def test_replies_that_go_round_in_circles_end(post: Post, bring: Bring, parents: list[int], ours: set[int], seed: Any) -> None:
    post.session.execute(delete(Origin))
    post.session.execute(delete(Message))
    post.session.commit()
    items = [said(str(n), n, None if to < 0 else str(to), n in ours) for n, to in enumerate(parents)]
    seed.shuffle(items)
    for start in range(0, 8, 3):
        bring("een", *items[start : start + 3])
    once = {name: message.answered_at for name, message in post.by_id().items()}
    for message in post.messages():
        turns = conversation_of(post.session, message.id)
        assert message.id in {turn.message.id for turn in turns}
        assert len({turn.message.id for turn in turns}) == len(turns)
    for name, expected in _expected(parents, ours).items():
        assert once[name] == expected


def _expected(parents: list[int], ours: set[int]) -> dict[str, datetime | None]:
    """The first of our posts below each resident's message, found by climbing from each of ours."""
    first: dict[int, int] = {}
    for answer in sorted(ours):
        climbed: set[int] = set()
        at = parents[answer]
        while at >= 0 and at not in climbed:
            climbed.add(at)
            first.setdefault(at, answer)
            at = -1 if parents[at] == at else parents[at]
    return {str(n): AT + first[n] * HOUR if n in first else None for n in range(8) if n not in ours}
