"""What a survey's file says: three shapes, bad rows by number, whatever it holds."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.scorecard.goals import Survey
from dashboards.scorecard.surveys.answers import SurveyError, read_survey
from ingest.exports.rows.row import Broken, Row
from tests.dashboards.scorecard.example import SURVEY, TODAY, ZONE


def rows(*lines: Sequence[object]) -> list[Row | Broken]:
    return [Row(number, line) for number, line in enumerate(lines, 1)]


def told(found: Sequence[Row | Broken], survey: Survey = SURVEY) -> dict[tuple[str, str], dict[int, int]]:
    return {(one.question, f"{one.month:%Y-%m}"): dict(one.counts) for one in read_survey(found, survey, TODAY, ZONE).scores}


@given(
    st.lists(
        st.tuples(st.sampled_from(["2026-08", "2026-09"]), st.integers(1, 5), st.one_of(st.none(), st.integers(0, 10))),
        min_size=1,
        max_size=40,
    )
)
def test_the_three_shapes_of_a_file_say_the_same(answers: list[tuple[str, int, int | None]]) -> None:
    wide = rows(
        ("Maand", "respondent", "tevreden", "aanbevelen", "toelichting"),
        *((month, "r7", one, other, "=1+1") for month, one, other in answers),
    )
    each = [(month, "tevreden", one) for month, one, _ in answers] + [
        (month, "aanbevelen", two) for month, _, two in answers if two is not None
    ]
    long = rows(("datum", "vraag", "score"), *each)
    summed = rows(("maand", "vraag", "score", "aantal"), *((*one, each.count(one)) for one in sorted(set(each))))
    assert told(wide) == told(long) == told(summed)


BAD = [
    ("2026-10", "tevreden", "6"),
    ("2026-10", "tevreden", "vier"),
    ("2026-10", "tevreden", None),
    ("2026-10", "tevreden", "4,5"),
    ("2027-10", "tevreden", "4"),
    ("2026-13", "tevreden", "4"),
    ("gisteren", "tevreden", "4"),
    (None, "tevreden", "4"),
    ("2026-10", "iets anders", "4"),
    ("2026-10", "tevreden", "٤"),
    ("2026-10", "tevreden", True),
]


@given(st.lists(st.one_of(st.sampled_from(BAD), st.just(("2026-10-03", "tevreden", "4"))), max_size=30))
def test_one_bad_row_is_named_by_number_and_the_rest_goes_on(lines: list[tuple[object, ...]]) -> None:
    found = rows(("datum", "vraag", "score"), ("2026-10-01", "tevreden", 5), *lines)
    read = read_survey(found, SURVEY, TODAY, ZONE)
    bad = [number for number, line in enumerate(lines, 3) if line in BAD]
    assert [number for number, _ in read.refused] == bad
    assert read.answers == len(lines) - len(bad) + 1
    assert not any(str(line[2]) in why for line in BAD if line[2] in ("vier", "4,5") for _, why in read.refused)


cells = st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.sampled_from(["datum", "score", "vraag", "tevreden"])
)


@given(st.lists(st.lists(cells, max_size=6), max_size=12))
def test_whatever_a_file_holds_it_is_read_or_refused_in_words(table: list[list[object]]) -> None:
    try:
        read = read_survey(rows(*table), SURVEY, TODAY, ZONE)
    except SurveyError as refused:
        assert str(refused).endswith(".")
    else:
        assert read.answers == sum(sum(one.counts.values()) for one in read.scores)


def test_a_row_that_is_no_row_is_left_out_and_an_empty_one_is_nothing() -> None:
    found = [*rows(("datum", "vraag", "score"), ("2026-10-01", "tevreden", 5), (None, "", "  ")), Broken(9, "de regel is geen CSV")]
    read = read_survey(found, SURVEY, TODAY, ZONE)
    assert (read.answers, read.refused) == (1, ((9, "de regel is geen CSV"),))


def test_too_many_rows_and_no_headings_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.scorecard.surveys.answers.MAX_ROWS", 50)
    with pytest.raises(SurveyError, match="Kijk naar de eerste regel"):
        read_survey(rows(("naam", "cijfer"), ("x", 5)), SURVEY, TODAY, ZONE)
    with pytest.raises(SurveyError, match="Regel 2: de score is geen heel getal"):
        read_survey(rows(("datum", "vraag", "score"), ("2026-10", "tevreden", "x")), SURVEY, TODAY, ZONE)
    with pytest.raises(SurveyError, match="geen enkel antwoord"):
        read_survey(rows(("datum", "vraag", "score")), SURVEY, TODAY, ZONE)
    with pytest.raises(SurveyError, match="Splits het"):
        read_survey(rows(("datum", "vraag", "score"), *[("2026-10", "tevreden", 5)] * 51), SURVEY, TODAY, ZONE)
