"""Where an indicator stands: on the way, behind, reached; and what cannot be told."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.scorecard.drawing import HEIGHT, WIDTH, draw
from dashboards.scorecard.figures.margins import Measured
from dashboards.scorecard.goals import Target
from dashboards.scorecard.standing import Point, State, stand
from routing.community.count import earlier


def months(*values: float | None, margin: float = 1.0, enough: bool = True) -> list[Point]:
    return [
        Point(
            earlier(date(2026, 10, 1), len(values) - 1 - number),
            Measured(value, 40, value - margin, value + margin) if value is not None else None,
            enough,
        )
        for number, value in enumerate(values)
    ]


TARGET = Target(at_least=80, by=date(2026, 12, 31), start=60, since=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("value", "state", "certain"),
    [
        (85, State.REACHED, True),
        (80.5, State.REACHED, False),
        (79.5, State.ON_THE_WAY, False),
        (77, State.ON_THE_WAY, True),
        (75, State.BEHIND, True),
    ],
)
def test_on_the_way_is_who_is_on_the_straight_line_to_the_target(value: float, state: State, certain: bool) -> None:
    standing = stand(TARGET, months(value))
    assert (standing.state, standing.certain) == (state, certain)


def test_a_wait_is_better_when_it_is_shorter() -> None:
    shorter = Target(at_most=4, by=date(2026, 12, 31))
    assert stand(shorter, months(12, 8, 3)).state is State.REACHED
    assert stand(shorter, months(12, 9, 5.5)).state is State.ON_THE_WAY
    assert stand(shorter, months(12, 11, 10)).state is State.BEHIND


def test_after_its_day_a_target_that_is_not_reached_is_missed() -> None:
    past = Target(at_least=80, by=date(2026, 9, 30))
    assert stand(past, months(60, 79)).state is State.BEHIND


def test_of_one_month_the_way_cannot_be_told_and_of_few_nothing() -> None:
    assert stand(Target(at_least=80, by=date(2026, 12, 31)), months(60)).state is State.NOT_YET
    assert stand(TARGET, months(None, 90, enough=False)).state is State.TOO_FEW
    assert stand(TARGET, months(None, None)).state is State.UNKNOWN


def test_a_survey_of_an_earlier_month_is_the_present_one_until_there_is_a_newer() -> None:
    present = stand(TARGET, months(77, None)).present
    assert present is not None and present.month == date(2026, 9, 1)


@given(st.lists(st.one_of(st.none(), st.floats(-1000, 1000)), min_size=1, max_size=12), st.floats(-1000, 1000), st.booleans())
def test_a_better_month_never_stands_worse(values: list[float | None], aim: float, high: bool) -> None:
    target = Target(**({"at_least": aim} if high else {"at_most": aim}), by=date(2027, 3, 1), start=0, since=date(2026, 1, 1))
    order = [State.REACHED, State.ON_THE_WAY, State.BEHIND]
    last = values[-1] if values[-1] is not None else 0.0
    before = stand(target, months(*values[:-1], last)).state
    after = stand(target, months(*values[:-1], last + (5 if high else -5))).state
    if (aim >= 0) == high:  # the way leads up to a high target, and down to a low one
        assert order.index(after) <= order.index(before)


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=12), st.floats(-1e6, 1e6))
def test_the_drawing_stays_in_its_box_and_breaks_where_a_month_is_missing(values: list[float | None], target: float) -> None:
    drawing = draw(months(*values), target)
    known = [value for value in values if value is not None]
    assert (drawing is None) == (not known)
    if drawing is not None:
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in [*drawing.dots, (0, drawing.target)])
        assert len(drawing.dots) == len(known)
        runs = re.findall(r"1{2,}", "".join("1" if value is not None else "0" for value in values))
        assert [len(line.split()) for line in drawing.lines] == [len(run) for run in runs]
