"""Which messages belong together: values in, values out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.gazetteer import place_rows
from models.municipality import Municipality
from models.words import PlaceKind
from routing.signals.grouping import Grouping, Voice
from tests.conftest import NOW

BAGS, LAMP = "afval/bijplaatsing", "openbare-verlichting/lamp-kapot"
NUMBERS = count(1)
CAMPAIGN = (
    "Beste gemeente, kap de platanen in het Stadspark niet. Deze bomen staan er al honderd jaar en geven schaduw, "
    "koelte en plezier aan alle bewoners van onze stad. Een gezonde boom hoort niet te wijken voor parkeerplaatsen."
)


@pytest.fixture(scope="module")
def near(rivierstad: Municipality) -> dict[str, list[str]]:
    return {row.id: row.near for row in place_rows(rivierstad.places) if row.kind is PlaceKind.NEIGHBOURHOOD}


def voice(
    text: str = "zakken naast de container", hours: float = 0, sub: str = BAGS, areas: Sequence[str] = ("havenkwartier",), **more: object
) -> Voice:
    others = more.get("others", ())
    assert isinstance(others, tuple)
    return Voice(next(NUMBERS), NOW + timedelta(hours=hours), sub, tuple(areas), text, others)


def homes(near: dict[str, list[str]], voices: Sequence[Voice]) -> list[int]:
    grouping = Grouping(near, count(1))
    for one in voices:
        grouping.place(one)
    return [grouping.home(one.id) or 0 for one in voices]


def test_messages_of_one_sub_theme_in_bordering_neighbourhoods_are_one_story(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice(), voice(areas=["oude-haven"], hours=5)]) == [1, 1]


def test_another_sub_theme_is_another_story(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice(), voice(sub=LAMP)]) == [1, 2]


def test_the_other_side_of_town_is_another_story(near: dict[str, list[str]]) -> None:
    assert "bloemenwijk" not in near["havenkwartier"]
    assert homes(near, [voice(), voice(areas=["bloemenwijk"])]) == [1, 2]


def test_a_story_does_not_sprawl_from_neighbour_to_neighbour(near: dict[str, list[str]]) -> None:
    chain = ["werfeiland", "havenkwartier", "spoorzicht", "bloemenwijk", "molenbuurt"]
    voices = [voice(areas=[area], hours=hour) for hour, area in enumerate(area for area in chain for _ in range(3))]
    assert len(set(homes(near, voices))) > 1


def test_after_three_silent_days_a_new_story_begins(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice(), voice(hours=71), voice(hours=71 + 73)]) == [1, 1, 2]


def test_a_message_without_place_joins_what_is_talked_about(near: dict[str, list[str]]) -> None:
    crowd = [voice(hours=n / 10) for n in range(6)]
    assert set(homes(near, [*crowd, voice("is er storing met de passen?", areas=[], hours=2)])) == {1}


def test_a_message_without_place_stays_apart_when_nothing_rises_and_no_words_are_shared(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice(), voice("wanneer komt iemand dit grofvuil weghalen", areas=[], hours=2)]) == [1, 2]


def test_near_copies_are_one_story_wherever_they_are_and_whatever_they_were_taken_for(near: dict[str, list[str]]) -> None:
    copies = [
        voice(CAMPAIGN, sub="groen/bomen", areas=["parkwijk"]),
        voice(f"Hallo! {CAMPAIGN} Groeten, een bewoner", hours=20, sub="groen/bomen", areas=["bloemenwijk"]),
        voice(CAMPAIGN[:150], hours=90, sub="bestuur-en-participatie/inspraak", areas=[]),
    ]
    assert homes(near, copies) == [1, 1, 1]


def test_short_texts_are_no_copies(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice("Lamp kapot", sub=LAMP), voice("Lamp kapot", sub=LAMP, areas=["bloemenwijk"])]) == [1, 2]


def test_a_second_likely_theme_joins_the_story_that_rises_there(near: dict[str, list[str]]) -> None:
    crowd = [voice(hours=n / 10) for n in range(6)]
    doubt = voice("pas onbekend en een rij zakken", hours=2, sub="afval/afvalpas", others=(BAGS,))
    assert set(homes(near, [*crowd, doubt])) == {1}


def test_a_late_message_between_two_stories_makes_them_one_under_the_older_number(near: dict[str, list[str]]) -> None:
    grouping = Grouping(near, count(1))
    first, last = voice(), voice(hours=120)
    assert [grouping.place(first), grouping.place(last)] == [1, 2]
    assert grouping.place(voice(hours=60)) == 1
    assert grouping.changes().merged == {2: 1}
    assert grouping.home(last.id) == 1


def test_a_story_with_a_ticket_survives_a_merge(near: dict[str, list[str]]) -> None:
    grouping = Grouping(near, count(1), anchored=frozenset({2}))
    for hours in (0, 120, 60):
        grouping.place(voice(hours=hours))
    assert grouping.changes().merged == {1: 2}


def test_an_edited_message_moves_when_it_is_about_something_else_and_stays_when_it_is_not(near: dict[str, list[str]]) -> None:
    grouping = Grouping(near, count(1))
    one, other = voice(), voice(hours=1)
    grouping.place(one), grouping.place(other)
    assert grouping.place(Voice(other.id, other.at, BAGS, other.areas, "zakken, en nu ook een bank")) == 1
    assert grouping.place(Voice(other.id, other.at, LAMP, other.areas, "lamp kapot")) == 2
    assert {snapshot.id: snapshot.members for snapshot in grouping.changes().touched} == {1: 1, 2: 1}


def test_a_single_message_keeps_its_number_when_it_is_understood_anew(near: dict[str, list[str]]) -> None:
    grouping = Grouping(near, count(100))
    grouping.remember(7, BAGS, [])
    assert grouping.place(voice(), home=7) == 7


MOMENT = st.integers(0, 10 * 24).map(lambda hours: NOW + timedelta(hours=hours))
VOICE = st.tuples(MOMENT, st.sampled_from([BAGS, LAMP]), st.sampled_from([(), ("havenkwartier",), ("oude-haven",), ("bloemenwijk",)]))


@settings(max_examples=60, deadline=None)
@given(st.lists(VOICE, max_size=40), st.integers(0, 40))
def test_the_same_messages_in_another_split_of_batches_give_the_same_signals(
    drawn: list[tuple[datetime, str, tuple[str, ...]]], cut: int
) -> None:
    near = {"havenkwartier": ["oude-haven"], "oude-haven": ["havenkwartier"], "bloemenwijk": []}
    voices = [Voice(n, at, sub, areas, f"bericht {n}") for n, (at, sub, areas) in enumerate(sorted(drawn, key=lambda v: v[0]))]
    whole = Grouping(near, count(1))
    for one in voices:
        whole.place(one)
    numbers = count(1)
    first = Grouping(near, numbers)
    for one in voices[:cut]:
        first.place(one)
    again = Grouping(near, numbers)
    for snapshot in first.changes().touched:
        again.remember(snapshot.id, snapshot.sub, [one for one in voices[:cut] if first.home(one.id) == snapshot.id])
    for one in voices[cut:]:
        again.place(one)
    assert [again.home(one.id) for one in voices] == [whole.home(one.id) for one in voices]


def test_five_thousand_messages_take_a_few_seconds_at_most(near: dict[str, list[str]]) -> None:
    areas = sorted(near)
    subs = [f"afval/sub-{n}" for n in range(100)]
    voices = [
        Voice(n, NOW + timedelta(minutes=17 * n), subs[n * 7 % 100], (areas[n * 13 % len(areas)],), f"bericht {n} over iets in de straat")
        for n in range(5000)
    ]
    begin = datetime.now(NOW.tzinfo)
    homes(near, voices)
    assert datetime.now(NOW.tzinfo) - begin < timedelta(seconds=5)
