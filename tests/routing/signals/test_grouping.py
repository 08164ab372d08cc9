"""Which messages belong together: values in, values out."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random
from time import process_time

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from models.gazetteer import place_rows
from models.municipality import Municipality
from models.words import PlaceKind
from routing.signals.evaluation import scored
from routing.signals.stories.grouping import Grouping
from routing.signals.stories.voice import Voice
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
    return Voice(next(NUMBERS), NOW + timedelta(hours=hours), sub, tuple(areas), text, **more)  # type: ignore[arg-type]


def homes(near: dict[str, list[str]], voices: Sequence[Voice]) -> list[int]:
    grouping = Grouping(near, count(1))
    for one in voices:
        grouping.place(one)
    return [grouping.home(one.id) or 0 for one in voices]


def test_messages_of_one_sub_theme_in_bordering_neighbourhoods_are_one_story(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice(), voice(areas=["oude-haven"], hours=5)]) == [1, 1]


def test_another_sub_theme_is_another_story(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice(), voice("lantaarn voor de deur brandt niet", sub=LAMP)]) == [1, 2]


def test_near_sub_themes_are_one_story_where_place_time_and_words_agree(near: dict[str, list[str]]) -> None:
    full = "afval/container-vol-of-stuk"
    text, guesses = "zakken naast de ondergrondse container, pas geblokkeerd, nummer", {BAGS: 0.6, full: 0.3}
    crowd = [voice(f"{text} {n}", hours=n / 5, guesses=guesses) for n in range(6)]
    beside = voice("ondergrondse container zit vol en de pas is geblokkeerd", hours=2, sub=full, guesses={full: 0.7, BAGS: 0.2})
    assert set(homes(near, [*crowd, beside])) == {1}


def test_a_doubtful_message_comes_in_by_its_place_and_words_and_one_about_nothing_is_in_no_signal(near: dict[str, list[str]]) -> None:
    crowd = [voice(f"zakken naast de ondergrondse container, pas geblokkeerd, nummer {n}", hours=n / 5) for n in range(6)]
    doubtful = voice("ook hier is de pas geblokkeerd", hours=2, sub="", guesses={"none": 0.7, LAMP: 0.1, BAGS: 0.05})
    assert homes(near, [*crowd, doubtful])[-1] == 1
    assert homes(near, [voice("mooi weer vandaag", sub="", guesses={"none": 0.9})]) == [0]


def test_a_reply_belongs_to_the_story_it_replies_to(near: dict[str, list[str]]) -> None:
    crowd = [voice(hours=n / 5) for n in range(6)]
    reply = voice("bij ons precies hetzelfde", hours=2, sub="", areas=[], guesses={"none": 0.9}, parent=crowd[2].id)
    assert homes(near, [*crowd, reply])[-1] == 1


def test_the_other_side_of_town_is_another_story(near: dict[str, list[str]]) -> None:
    assert "bloemenwijk" not in near["havenkwartier"]
    assert homes(near, [voice(), voice(areas=["bloemenwijk"])]) == [1, 2]


def test_a_story_does_not_sprawl_from_neighbour_to_neighbour(near: dict[str, list[str]]) -> None:
    chain = ["werfeiland", "havenkwartier", "spoorzicht", "bloemenwijk", "molenbuurt"]
    told = (
        ("zakken bij de bak", "vuil op de stoep"),
        ("een matras langs de gevel", "oude kast aan de weg"),
        ("verhuisdozen in het portiek", "karton waait rond"),
        ("grofvuil onder het viaduct", "koelkast gedumpt"),
        ("puin achter de garages", "bouwafval in het gras"),
    )
    voices = [voice(text, areas=[area], hours=20 * n) for n, (area, texts) in enumerate(zip(chain, told, strict=True)) for text in texts]
    assert len(set(homes(near, voices))) > 1


def test_what_is_said_again_after_ten_silent_days_is_another_story(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice(), voice(hours=48), voice(hours=48 + 241)]) == [1, 1, 2]


def test_after_some_silent_days_only_the_same_words_bring_a_story_back(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice(), voice(hours=120)]) == [1, 1]
    assert homes(near, [voice(), voice("matras langs de gevel gezet", hours=120)]) == [1, 2]


def test_a_message_without_place_joins_what_is_talked_about(near: dict[str, list[str]]) -> None:
    crowd = [voice(hours=n / 10) for n in range(6)]
    assert set(homes(near, [*crowd, voice("is er storing met de passen?", areas=[], hours=2)])) == {1}


def test_a_message_without_place_stays_apart_when_nothing_rises_and_no_words_are_shared(near: dict[str, list[str]]) -> None:
    assert homes(near, [voice(), voice("wanneer komt iemand dit grofvuil weghalen", areas=[], hours=40)]) == [1, 2]


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


def two_stories_and_what_lies_between() -> tuple[list[Voice], list[Voice]]:
    """Bags on one day, something like it eleven days later, and what was said in between and heard last."""
    first = [voice(f"zakken naast de container {n}", hours=n) for n in range(4)]
    last = [voice(f"zakken bij de ondergrondse container {n}", hours=260 + n) for n in range(4)]
    between = [voice("zakken naast de ondergrondse container", hours=20 + 20 * n) for n in range(12)]
    return first + last, between


def test_late_messages_between_two_stories_make_them_one_under_the_older_number(near: dict[str, list[str]]) -> None:
    grouping = Grouping(near, count(1))
    told, between = two_stories_and_what_lies_between()
    assert [grouping.place(one) for one in told] == [1] * 4 + [2] * 4
    for one in between:
        grouping.place(one)
    grouping.look_round()
    assert grouping.changes().merged == {2: 1}
    assert {grouping.home(one.id) for one in told + between} == {1}


@pytest.mark.parametrize(("anchored", "survivor"), [({2}, 2), ({1, 2}, 1)])
def test_of_two_stories_that_become_one_that_with_a_ticket_stays_and_of_two_with_a_ticket_the_older(
    near: dict[str, list[str]], anchored: set[int], survivor: int
) -> None:
    grouping = Grouping(near, count(1), anchored=frozenset(anchored))
    told, between = two_stories_and_what_lies_between()
    for one in told + between:
        grouping.place(one)
    grouping.look_round()
    assert grouping.changes().merged == {3 - survivor: survivor}


def test_a_story_that_turns_out_to_be_two_is_parted_and_the_larger_part_keeps_the_number(near: dict[str, list[str]]) -> None:
    grouping = Grouping(near, count(2))
    bags = [voice(f"zakken naast de container {n}", hours=n) for n in range(9)]
    lamps = [voice(f"lantaarn brandt niet meer, paal {n}", hours=n, sub=LAMP, areas=["bloemenwijk"]) for n in range(6)]
    grouping.remember(1, BAGS, [*bags, *lamps])
    for n in range(9):
        grouping.place(voice(f"weer zakken naast de container {n}", hours=n + 0.5))
    grouping.look_round()
    assert grouping.changes().split == {2: 1}
    assert {grouping.home(one.id) for one in lamps} == {2}
    assert {grouping.home(one.id) for one in bags} == {1}


def test_an_edited_message_moves_when_it_is_about_something_else_and_stays_when_it_is_not(near: dict[str, list[str]]) -> None:
    grouping = Grouping(near, count(1))
    one, other = voice(), voice(hours=1)
    grouping.place(one), grouping.place(other)
    assert grouping.place(Voice(other.id, other.at, BAGS, other.areas, "zakken, en nu ook een bank")) == 1
    assert grouping.place(Voice(other.id, other.at, LAMP, other.areas, "lantaarn brandt niet")) == 2
    assert {snapshot.id: snapshot.members for snapshot in grouping.changes().touched} == {1: 1, 2: 1}


def test_a_single_message_keeps_its_number_when_it_is_understood_anew(near: dict[str, list[str]]) -> None:
    grouping = Grouping(near, count(100))
    grouping.remember(7, BAGS, [])
    assert grouping.place(voice(), home=7) == 7


def told_in(batches: Sequence[Sequence[Voice]], near: dict[str, list[str]]) -> dict[int, int | None]:
    """The signal of each message, when they arrive in these batches."""
    grouping = Grouping(near, count(1))
    for batch in batches:
        for one in sorted(batch, key=lambda voice: (voice.at, voice.id)):
            grouping.place(one)
        grouping.look_round()
        grouping.changes()
    return {one.id: grouping.home(one.id) for batch in batches for one in batch}


ISLANDS = {"havenkwartier": ["oude-haven"], "oude-haven": ["havenkwartier"], "bloemenwijk": [], "rietlanden": []}
MADE_UP = (
    (BAGS, "havenkwartier", "zakken naast ondergrondse container pasjes geblokkeerd"),
    (LAMP, "bloemenwijk", "lantaarns langs fietspad donker storing kast"),
    (BAGS, "rietlanden", "tuinafval gedumpt langs sloot bankje"),
)


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_whatever_the_order_and_the_batches_the_same_stories_are_told(seed: int, batches: int) -> None:
    random, voices, label = Random(seed), list[Voice](), dict[int, int]()
    for story, (sub, area, words) in enumerate(MADE_UP):
        for _ in range(12):
            text = " ".join([*random.sample(words.split(), 4), random.choice(("vandaag", "alweer", "graag actie", "!"))])
            areas = (area,) if random.random() < 0.8 else ()
            label[len(voices)] = story
            voices.append(Voice(len(voices), NOW + timedelta(hours=random.uniform(0, 60)), sub, areas, text))
    random.shuffle(voices)
    assert scored(label, told_in([voices], ISLANDS)).f1 >= 0.7
    assert scored(label, told_in([voices[n::batches] for n in range(batches)], ISLANDS)).f1 >= 0.7


MOMENT = st.integers(0, 10 * 24).map(lambda hours: NOW + timedelta(hours=hours))
VOICE = st.tuples(MOMENT, st.sampled_from([BAGS, LAMP]), st.sampled_from([(), ("havenkwartier",), ("oude-haven",), ("bloemenwijk",)]))
MOVE = st.tuples(st.integers(0, 29), st.sampled_from(["place", "leave", "look"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(VOICE, min_size=1, max_size=30), st.lists(MOVE, max_size=60))
def test_whatever_comes_and_goes_every_message_is_in_one_signal_and_the_sums_agree(
    drawn: list[tuple[datetime, str, tuple[str, ...]]], moves: list[tuple[int, str]]
) -> None:
    voices = [Voice(n, at, sub, areas, f"zakken of lantaarn {n}") for n, (at, sub, areas) in enumerate(drawn)]
    grouping, homes, sizes, placed = Grouping(ISLANDS, count(1)), dict[int, int](), dict[int, int](), set[int]()
    for number, move in moves:
        one = voices[number % len(voices)]
        if move == "place":
            grouping.place(one)
            placed.add(one.id)
        elif move == "leave":
            grouping.leave(one.id)
            placed.discard(one.id)
        else:
            grouping.look_round()
        changes = grouping.changes()
        homes = {message: home for message, home in (homes | changes.homes).items() if home is not None}
        sizes = {id: size for id, size in sizes.items() if id not in changes.merged} | {s.id: s.members for s in changes.touched}
    assert set(homes) == placed
    assert {message: grouping.home(message) for message in placed} == homes
    assert {id: size for id, size in sizes.items() if size} == Counter(homes.values())


def test_two_thousand_messages_take_a_few_seconds_at_most(near: dict[str, list[str]]) -> None:
    areas = sorted(near)
    subs = [f"afval/sub-{n}" for n in range(100)]
    voices = [
        Voice(n, NOW + timedelta(minutes=17 * n), subs[n * 7 % 100], (areas[n * 13 % len(areas)],), f"bericht {n} over iets in de straat")
        for n in range(2000)
    ]
    begin = process_time()
    homes(near, voices)
    assert process_time() - begin < 4
