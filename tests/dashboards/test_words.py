"""How things are written, marked and drawn."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.signals.curves import HEIGHT, bars
from dashboards.signals.story import window
from dashboards.words import notation
from dashboards.words.explanation import marked
from dashboards.words.rules import conditions
from models.words import SignalStatus, TicketStatus
from routing.rules.conditions import When

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MORNING = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)


def test_numbers_and_moments_are_dutch() -> None:
    assert notation.number(1204) == "1.204"
    assert notation.decimal(4.26) == "4,3"
    assert notation.usual(0.2) == "minder dan 1"
    assert notation.plural(1, "bericht", "berichten") == "1 bericht"
    assert notation.day(MORNING, AMSTERDAM) == "donderdag 19 november"
    assert notation.moment(MORNING, AMSTERDAM) == "do 19 nov 08:45"
    assert notation.listed(["a", "b", "c"]) == "a, b en c"
    assert notation.listed(["a", "b", "c", "d"], 2) == "a, b en 2 andere"


@pytest.mark.parametrize(
    ("back", "said"), [(0, "zojuist"), (12, "12 minuten geleden"), (180, "3 uur geleden"), (60 * 48, "2 dagen geleden")]
)
def test_how_long_ago_is_said_as_people_do(back: int, said: str) -> None:
    assert notation.ago(MORNING - timedelta(minutes=back), MORNING) == said


def test_a_term_says_what_is_left_or_how_late_it_is() -> None:
    assert notation.until(MORNING + timedelta(hours=6), MORNING) == "nog 6 uur"
    assert notation.until(MORNING - timedelta(hours=30), MORNING) == "30 uur te laat"


def test_words_of_different_lists_with_the_same_value_are_kept_apart() -> None:
    assert notation.word(SignalStatus.OPEN) == "loopt"
    assert notation.word(TicketStatus.OPEN) == "nieuw"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//kwaad.example", "ftp://x.example", "http:///x", "http://[", "", None]
)
def test_no_link_leads_anywhere_but_the_web(address: str | None) -> None:
    assert notation.web_address(address) is None


def test_a_web_address_stays_a_link() -> None:
    assert notation.web_address("https://social.example/p/1") == "https://social.example/p/1"


@given(st.text(), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60))))
def test_marking_places_changes_no_letter(text: str, spans: list[tuple[int, int]]) -> None:
    assert "".join(part.text for part in marked(text, spans)) == text


def test_a_place_is_marked() -> None:
    assert [(part.text, part.marked) for part in marked("bij de Markt nu", [(7, 12)])] == [
        ("bij de ", False),
        ("Markt", True),
        (" nu", False),
    ]


@given(st.lists(st.integers(0, 10_000), max_size=40))
def test_bars_stay_within_the_drawing(counts: list[int]) -> None:
    for bar in bars(counts):
        assert 0 <= bar.y <= HEIGHT
        assert bar.height > 0


def test_a_curve_ends_today_or_soon_after_the_last_message() -> None:
    today = date(2026, 11, 19)
    assert window(today, today)[-1] == today
    assert window(date(2026, 10, 1), today)[-1] == date(2026, 10, 5)
    assert len(window(today, today)) == 21


def test_a_rule_is_said_in_words() -> None:
    when = When(theme=["afval/*"], messages_at_least=12, within_hours=168, people_at_least=1, burst=True)
    assert list(conditions(when, lambda slug: slug.capitalize(), str)) == [
        "het gaat over Afval",
        "minstens 12 berichten in 7 dagen",
        "van minstens 1 mens",
        "het is een piek",
    ]
