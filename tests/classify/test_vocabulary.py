"""The word of the week: new, rising, shared by enough people, and never a name or what was masked."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from classify.vocabulary import FEWEST_PEOPLE, Heard, find_words, known_words, place_words, rising
from models import Message, RisingWord
from models.municipality import Municipality
from models.vocabulary import newest_words
from tests.classify.heard import resident_writes
from tests.classify.learning import small_champion, small_model
from tests.conftest import NOW

QUIET = [Heard("gewoon een bericht", "a")]
KNOWN = frozenset({"weer", "zwerft", "hier", "staat", "alweer"})


def week(*texts: str, sub: str | None = "afval/zwerfafval") -> list[Heard]:
    return [Heard(text, f"author {i}", sub) for i, text in enumerate(texts)]


def words(this_week: list[Heard], before: list[list[Heard]] | None = None, places: frozenset[str] = frozenset()) -> list[str]:
    return [found.word for found in rising(this_week, before or [QUIET], KNOWN, places)]


def five(word: str, sentence: str = "alweer {} hier, nummer {}") -> list[Heard]:
    return week(*(sentence.format(word, "abcdefgh"[i]) for i in range(6)))


def test_a_new_word_of_six_people_rises() -> None:
    found = rising(five("flitspaal"), [QUIET], KNOWN, frozenset())
    assert [(f.word, f.people, f.before, f.sub) for f in found if f.word == "flitspaal"] == [("flitspaal", 6, 0.0, "afval/zwerfafval")]


def test_a_word_that_the_model_knows_is_no_news() -> None:
    assert "zwerft" not in words(five("zwerft"))


def test_a_word_that_was_as_common_before_does_not_rise() -> None:
    assert "flitspaal" not in words(five("flitspaal"), [five("flitspaal")] * 4)
    assert "flitspaal" in words(five("flitspaal"), [QUIET] * 4)


def test_fewer_than_five_people_stay_unheard() -> None:
    assert "flitspaal" not in words(five("flitspaal")[: FEWEST_PEOPLE - 1])
    one = [Heard(f"flitspaal hier nummer {i}", "same author") for i in range(20)]
    assert "flitspaal" not in words(one)


def test_without_authors_the_same_text_is_one_voice() -> None:
    assert "flitspaal" not in words([Heard("flitspaal gezien", None)] * 9)
    assert "flitspaal" in words([Heard(f"flitspaal {i} gezien bij {'abcdefg'[i]}", None) for i in range(7)])


def test_one_text_sent_by_many_is_no_new_word() -> None:
    assert "flitspaal" not in words([Heard("teken tegen de flitspaal", f"a{i}") for i in range(30)])


def test_names_are_left_out() -> None:
    assert "karelsen" not in words(five("Karelsen"))
    assert "karelsen" not in words([*five("karelsen"), *week("gisteren zag ik Karelsen weer")])
    assert "karelsen" not in words(five("karelsen", "alweer mevrouw {} hier, nummer {}"))
    assert "karelsen" not in words(five("Karelsen", "{} staat hier weer, nummer {}")), (
        "a capital at the beginning tells nothing: so not enough"
    )
    assert "flitspaal" in words([*five("flitspaal"), *week("Flitspaal weg ermee")]), "a capital at the beginning is no name"


def test_masks_links_handles_and_places_are_no_words() -> None:
    said = five("x", "[naam] @karelsen https://karelsen.example/karelsen 1234AB {} {}")
    assert words(said) == []
    marked = [Heard(one.text, one.author, None, ((7, 16),)) for one in five("lijsterln")]
    assert "lijsterln" not in words(marked)
    assert "lijsterln" not in words(five("lijsterln"), places=frozenset({"lijsterln"}))


def test_a_hashtag_counts_by_its_words() -> None:
    assert "flitspaal" in words(five("#flitspaal"))


def test_without_a_past_nothing_can_rise() -> None:
    assert rising(five("flitspaal"), [[], []], KNOWN, frozenset()) == []


@given(st.lists(st.tuples(st.text(max_size=60), st.sampled_from([None, "a", "b", "c", "d"])), max_size=30))
def test_four_people_can_say_what_they_want(said: list[tuple[str, str | None]]) -> None:
    named = [Heard(text, author or "e") for text, author in said if author is not None]
    assert rising(named, [QUIET], frozenset(), frozenset()) == []


@pytest.fixture
def small(database: str) -> None:
    small_champion()


def test_the_words_of_a_week_are_kept_once_and_renewed(small: None, session: Session, town: Municipality) -> None:
    for day in range(1, 28):
        resident_writes(session, f"iets gewoons op dag {day}", at=NOW - timedelta(days=day))
    for number in range(6):
        resident_writes(session, f"die flitspaal staat scheef, zegt buur {'abcdefg'[number]}", at=NOW - timedelta(hours=number + 1))
    find_words(NOW)
    find_words(NOW + timedelta(minutes=1))
    found = {row.word: row.people for row in newest_words(session, NOW.date())}
    assert found["flitspaal"] == 6
    session.execute(update(Message).where(Message.text.contains("flitspaal")).values(text="", deleted_at=NOW))
    session.commit()
    find_words(NOW + timedelta(minutes=2))
    assert "flitspaal" not in session.scalars(select(RisingWord.word)).all()


def test_places_and_the_words_of_the_model_are_known(small: None, session: Session, town: Municipality) -> None:
    assert {"kastanjelaan", "loskade"} <= place_words(session)
    assert {"matras", "hond"} <= known_words(small_model())
