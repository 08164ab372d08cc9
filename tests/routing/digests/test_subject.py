"""The subject line: the news in 42 characters, in whole words."""

import re
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.municipality import Municipality
from routing.digests.kinds.weekly import Moved
from routing.digests.kinds.weekly import subject as week
from routing.digests.subject import MOST, news, of_words, quiet

LETTERS = st.characters(categories=["L"])
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=50), min_size=1, max_size=8).map(" ".join)


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        (("Bomen", "De Akkers", 1), "Bomen in De Akkers: 1 bericht"),
        (("Bomen", "De Akkers", 9, False, 2.0), "Bomen in De Akkers: 9 berichten, normaal 2"),
        (("Zakken en spullen naast containers", "Havenkwartier", 41), "Zakken naast containers, Havenkwartier: 41"),
        (("Zakken en spullen naast containers", "Havenkwartier", 147), "Zakken in Havenkwartier: 147 berichten"),
        (("Zakken en spullen naast containers", "Oude Haven", 8), "Zakken naast containers in Oude Haven: 8x"),
        (("Gevaarlijke oversteek", "Oosterhoutse Veld", 14, True), "Spoed: Gevaarlijke oversteek: 14 berichten"),
        (("Meeuwen, duiven en ganzen", "Rivierstad-Noord", 3), "Meeuwen, duiven en ganzen in Noord: 3x"),
        (("Lantaarn kapot", "Bloemenwijk", 0), "Lantaarn kapot in Bloemenwijk: nog open"),
        (("Hottentottententententoonstellingsmakersvereniging", "Centrum", 4), "4 berichten over één onderwerp"),
    ],
)
def test_the_news_leaves_out_as_little_as_it_can(said: tuple[str, str, int], subject: str) -> None:
    assert news(*said) == subject


@pytest.mark.parametrize("urgent", [False, True])
def test_every_sub_theme_fits_at_every_place_of_the_example_town(rivierstad: Municipality, urgent: bool) -> None:
    places = [*(one.name for one in rivierstad.places.neighbourhoods), *(one.name for one in rivierstad.places.districts)]
    for what, where in product(rivierstad.theme_names.values(), [*places, None]):
        line = news(what, where, 147, urgent)
        assert len(line) <= MOST
        assert "147" in line
        assert "onderwerp" not in line, "the name itself is told"
        told, _, figure = line.rpartition(": ")
        assert figure in ("147", "147x", "147 berichten")
        words = set(re.split(r"[\s,-]+", f"{what} {where or ''} in dringend: spoed: !".lower()))
        assert set(re.split(r"[\s,-]+", told.lower())) <= words


@given(NAMES, st.none() | NAMES, st.integers(0, 99_999), st.booleans(), st.none() | st.floats(0, 9_999))
@example("A A AA AAAA AAAAAA AAAAAA AAAAAA µAAA", None, 1000, False, None)
def test_no_name_is_cut_within_a_word_however_long(what: str, where: str | None, messages: int, urgent: bool, usual: float | None) -> None:
    line = news(what, where, messages, urgent, usual)
    assert 0 < len(line) <= MOST
    assert len(line.splitlines()) == 1
    ours = {"in", "dringend:", "spoed:", "!", "nog", "open", "berichten", "bericht", "over", "één", "onderwerp", "er", "staat", "iets"}
    ours |= {"gewoonlijk", "normaal", f"{messages}", f"{messages}x", *([f"{usual:.0f}"] if usual is not None else [])}
    for word in line.casefold().split():
        bare = word.rstrip(":,")
        assert word in ours or bare in ours or bare in f"{what} {where or ''}".casefold().split()


def test_a_quiet_day_and_a_week_fit_too() -> None:
    assert quiet(0) == "Rustig: geen berichten"
    assert len(quiet(99_999)) <= MOST
    names = {"afval/bijplaatsing": "Zakken en spullen naast containers", "groen/bladeren": "Bladeren"}
    bags, leaves = Moved("afval/bijplaatsing", 41, 5), Moved("groen/bladeren", 2, 20)
    assert week(47, [leaves], [], names) == "Week 47: meer bladeren"
    assert week(47, [leaves], [leaves], names) == "Week 47: meer bladeren, minder bladeren"
    assert len(week(47, [bags, leaves], [leaves], names)) <= MOST
    assert week(47, [], [], names) == "Week 47: rustig"


@given(st.lists(NAMES, min_size=1, max_size=3))
def test_lines_that_do_not_fit_end_between_words(lines: list[str]) -> None:
    line = of_words(*lines)
    assert len(line) <= MOST
    assert line == "Luisterpost" or any(one == line or one.startswith(f"{line} ") for one in lines)
