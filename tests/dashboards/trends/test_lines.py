"""Steps, bands, sentences, small groups and words: what a line is made of."""

from collections import Counter
from datetime import date, timedelta
from io import BytesIO

import pytest
from arro3.io import read_parquet
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from dashboards.trends.band import Band, bands, rhythm_of
from dashboards.trends.few import FEWEST, Withheld, figures, rate
from dashboards.trends.files import as_parquet, as_xlsx
from dashboards.trends.inks import DARK, LIGHT, drawn
from dashboards.trends.line import Line, Mark, Sort, line_chart
from dashboards.trends.rising import changed, people_by_word
from dashboards.trends.sentence import risen, to_be_seen
from dashboards.trends.steps import MOST, Bar, bounded, grouped, steps
from models.trend import Step

TODAY = date(2026, 11, 19)


def line_of(length: int, marks: list[Mark]) -> Line:
    bars = [Bar(TODAY - timedelta(days=back), 1, back % 7) for back in range(length)][::-1]
    return Line(bars, Step.DAY, [False] * length, [Band(1, 3, 6)] * length, bars, "nu", "een jaar eerder", marks)


@pytest.mark.parametrize("length", [1, 2, 400])
def test_a_chart_of_any_length_can_be_drawn(length: int) -> None:
    line = line_of(length, [Mark(TODAY, "Piek"), Mark(TODAY - timedelta(days=900), "Lang werk", Sort.EVENT, TODAY)])
    assert drawn(line_chart(line, LIGHT)).startswith(b"<svg")
    assert len({bar.key(Step.DAY, with_year=True) for bar in line.bars}) == length
    assert line_chart(line, DARK)["layer"]


@given(st.dictionaries(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(0, 50)), st.integers(1, 500))
def test_no_message_is_lost_when_days_are_gathered(counts: dict[date, int], length: int) -> None:
    days = [TODAY - timedelta(days=back) for back in range(length - 1, -1, -1)]
    asked = sum(counts.get(day, 0) for day in days)
    for per in (Step.DAY, Step.WEEK, Step.MONTH, Step.YEAR):
        bars = steps(counts, days, per)
        assert sum(bar.messages for bar in bars) == asked
        assert sum(bar.days for bar in bars) == length
        assert len({bar.key(per, with_year=True) for bar in bars}) == len(bars)
        assert to_be_seen(bars, per, length)


@given(st.sampled_from(list(Step)), st.integers(1, 3661))
def test_no_chart_gets_more_steps_than_fit(per: Step, days: int) -> None:
    chosen = bounded(per, days)
    assert list(Step).index(chosen) >= list(Step).index(per)
    if chosen is not Step.HOUR:
        assert len(grouped([TODAY - timedelta(days=back) for back in range(days)], chosen)) <= MOST + 2


def test_few_messages_get_no_course() -> None:
    assert "te weinig" in to_be_seen([Bar(TODAY, 1, 4)], Step.DAY, 1, 0)


def test_a_week_that_is_not_over_can_be_the_highest_and_says_so() -> None:
    weeks = [Bar(date(2026, 11, 9), 7, 12), Bar(date(2026, 11, 16), 4, 40)]
    assert "week 47, die nog niet om is: 40" in to_be_seen(weeks, Step.WEEK, 11)


def test_a_change_is_said_in_words() -> None:
    bars = [Bar(TODAY - timedelta(days=1), 1, 30), Bar(TODAY, 1, 10)]
    assert "100% meer" in to_be_seen(bars, Step.DAY, 2, 20)
    assert "evenveel" in to_be_seen(bars, Step.DAY, 2, 41)


def test_a_steady_town_stays_within_its_band_and_a_rise_does_not() -> None:
    calm = {TODAY - timedelta(days=back): 8 + back % 3 for back in range(120)}
    days = [TODAY - timedelta(days=back) for back in range(27, -1, -1)]
    rhythm = rhythm_of(calm, TODAY - timedelta(days=119), TODAY)
    groups = list(grouped(days, Step.DAY).values())
    usual = bands(calm, rhythm, groups, TODAY - timedelta(days=119))
    assert all(band and band.low <= calm[day] <= band.high for band, day in zip(usual, days, strict=True))
    assert "bleef binnen" in risen(steps(calm, days, Step.DAY), usual, Step.DAY, None)
    loud = {**calm, **{TODAY - timedelta(days=back): 60 for back in range(3)}}
    said = risen(steps(loud, days, Step.DAY), bands(loud, rhythm, groups, TODAY - timedelta(days=119)), Step.DAY, "Havenkwartier")
    assert said.startswith("Sinds dinsdag 17 november boven de bandbreedte, vooral Havenkwartier")


def test_without_two_weeks_of_history_there_is_no_band() -> None:
    groups = [[TODAY - timedelta(days=back)] for back in (1, 0)]
    assert bands({TODAY: 9}, rhythm_of({}, TODAY, TODAY), groups, TODAY - timedelta(days=10)) == [None, None]


@given(st.lists(st.integers(0, 30), max_size=12))
def test_a_withheld_count_cannot_be_worked_out_from_the_total(counts: list[int]) -> None:
    said = figures(counts, traits=2)
    withheld = [at for at, one in enumerate(said) if isinstance(one, Withheld)]
    assert all(said[at] is Withheld.FEW for at, count in enumerate(counts) if 0 < count < FEWEST)
    assert len(withheld) != 1 or not any(count >= FEWEST for count in counts)
    assert figures(counts, traits=1) == counts


def test_no_rate_is_drawn_from_few_messages_or_without_inhabitants() -> None:
    assert rate(9, 1000) is None
    assert rate(Withheld.FEW, 1000) is None
    assert rate(20, None) is None
    assert rate(20, 4000) == 5.0


def test_words_of_five_people_rise_and_fall_and_those_of_four_are_never_shown() -> None:
    plain = [(f"de straat en het plein nummer{n}", f"p{n}") for n in range(60)]
    now = [*plain, *((f"weer meeuwen op straat {n}", f"m{n}") for n in range(12)), *((f"ratten {n}", f"r{n}") for n in range(4))]
    before = [*plain, *((f"ijzel op straat {n}", f"y{n}") for n in range(12))]
    rising, falling = changed(people_by_word(now), people_by_word(before))
    assert [word.word for word in rising] == ["meeuwen", "weer"]
    assert [word.word for word in falling] == ["ijzel"]
    assert changed(Counter(), Counter()) == ([], [])


@given(st.lists(st.tuples(st.text(alphabet="=+@-ab,\n ", max_size=8), st.one_of(st.none(), st.integers(-5, 9)))))
def test_what_is_taken_away_comes_back_and_nothing_in_it_can_be_run(rows: list[tuple[str, int | None]]) -> None:
    table = read_parquet(BytesIO(bytes(as_parquet("x", ["naam", "aantal"], rows).body))).read_all()
    assert table.num_rows == len(rows)
    book = load_workbook(BytesIO(bytes(as_xlsx("x", ["naam", "aantal"], rows).body)))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)  # type: ignore[union-attr]
