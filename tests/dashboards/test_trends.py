"""Trends: questions that can be asked, and those that cannot."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from dashboards.charts import DARK, LIGHT, Mark, drawn, trend_chart
from dashboards.csv_file import cell
from dashboards.pages.trends import understood
from dashboards.trend_words import Per, Step, steps, to_be_seen
from models.settings import settings
from models.trend import Trend, by_area, by_day, by_medium, by_theme, total
from tests.dashboards.conftest import SignIn

TODAY = date(2026, 11, 19)


IMPOSSIBLE = {
    "thema=onzin": "kennen wij niet",
    "plek=atlantis": "kennen wij niet",
    "van=2027-01-01&tot=2026-01-01": "na de laatste",
    "van=2030-01-01&tot=2031-01-01": "nog komen",
    "van=gisteren": "geen datum",
    "van=1900-01-01": "tien jaar",
    "dagen=3": "niet in het menu",
    "per=uur": "kennen wij niet",
}


def test_an_impossible_question_is_answered_kindly(as_person: SignIn) -> None:
    client = as_person("redactie")
    for query, words in IMPOSSIBLE.items():
        answer = client.get(f"/trends?{query}")
        assert answer.status_code == 200
        assert words in answer.text, query


def test_a_question_narrows_to_theme_and_place(as_person: SignIn) -> None:
    client = as_person("redactie")
    assert "62 berichten" in client.get("/trends?thema=afval").text
    assert "14 berichten" in client.get("/trends?plek=spoorzicht&thema=verkeersveiligheid/oversteek").text
    assert "geen bericht dat hierbij past" in client.get("/trends?thema=parkeren").text


def test_counts_agree_with_each_other(seeded: Session) -> None:
    zone = settings().zone
    trend = Trend(TODAY - timedelta(days=29), TODAY)
    assert total(seeded, trend, zone) == sum(by_day(seeded, trend, zone).values()) == sum(by_medium(seeded, trend, zone).values()) == 86
    assert by_theme(seeded, trend, zone)["afval"] == 62
    haven = Trend(trend.first, trend.last, area="haven")
    assert total(seeded, haven, zone) == sum(by_area(seeded, haven, zone).values()) == 62


def test_the_csv_has_the_same_figures_as_the_page(as_person: SignIn) -> None:
    answer = as_person("redactie").get("/trends/berichten.csv?thema=afval&per=week")
    assert answer.headers["content-disposition"].startswith("attachment")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "vanaf;dagen;berichten"
    assert sum(int(line.split(";")[2]) for line in lines[1:]) == 62


def test_the_chart_is_drawn_and_defined_for_light_and_dark(as_person: SignIn) -> None:
    client = as_person("redactie")
    for ink in ("licht", "donker"):
        svg = client.get(f"/trends/grafiek.svg?thema=afval&inkt={ink}")
        assert svg.headers["content-type"] == "image/svg+xml"
        assert svg.text.startswith("<svg")
        assert client.get(f"/trends/grafiek.json?thema=afval&inkt={ink}").json()["layer"]


@pytest.mark.parametrize("length", [1, 2, 30, 400])
def test_a_chart_of_any_length_can_be_drawn(length: int) -> None:
    bars = [Step(TODAY - timedelta(days=back), 1, back % 7) for back in range(length)][::-1]
    assert drawn(trend_chart(bars, Per.DAY, 3.5, [Mark(TODAY, "Piek")], LIGHT)).startswith(b"<svg")
    assert len({bar.key(Per.DAY, with_year=True) for bar in bars}) == length
    assert trend_chart(bars, Per.DAY, None, [], DARK)["layer"]


@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 50)), st.integers(1, 200))
def test_no_message_is_lost_when_days_become_weeks(counts: dict[date, int], length: int) -> None:
    days = [TODAY - timedelta(days=back) for back in range(length - 1, -1, -1)]
    asked = sum(counts.get(day, 0) for day in days)
    for per in Per:
        bars = steps(counts, days, per)
        assert sum(bar.messages for bar in bars) == asked
        assert sum(bar.days for bar in bars) == length
        assert to_be_seen(bars, per, None)


@given(st.dictionaries(st.sampled_from(["thema", "plek", "kanaal", "soort", "per", "van", "tot", "dagen", "x"]), st.text(max_size=30)))
def test_any_address_is_understood_as_some_question(given_words: dict[str, str]) -> None:
    question = understood(given_words, {"afval"}, {"haven"}, TODAY)
    assert question.trend.first <= question.trend.last <= TODAY
    assert understood(question.address, {"afval"}, {"haven"}, TODAY).trend == question.trend


def test_few_messages_get_no_course() -> None:
    assert "te weinig" in to_be_seen([Step(TODAY, 1, 4)], Per.DAY, 0)


def test_a_week_that_is_not_over_can_be_the_highest_and_says_so() -> None:
    weeks = [Step(date(2026, 11, 9), 7, 12), Step(date(2026, 11, 16), 4, 40)]
    assert "week 47, die nog niet om is: 40" in to_be_seen(weeks, Per.WEEK, None)


def test_a_change_is_said_in_words() -> None:
    bars = [Step(TODAY - timedelta(days=1), 1, 30), Step(TODAY, 1, 10)]
    assert "100% meer" in to_be_seen(bars, Per.DAY, 20)
    assert "evenveel" in to_be_seen(bars, Per.DAY, 41)


@given(st.text())
def test_no_cell_can_be_run_by_a_spreadsheet(text: str) -> None:
    assert not cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell(text).removeprefix("'").endswith(text.removeprefix("'"))
