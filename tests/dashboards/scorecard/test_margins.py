"""What answers say, and how sure that is: a margin with every figure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dashboards.meetlat.interval import wilson
from dashboards.scorecard.figures.margins import Measured, mean, net_promoter, satisfied

scores = st.dictionaries(st.integers(0, 10), st.integers(0, 400), max_size=11)


@given(scores, st.one_of(st.none(), st.integers(0, 5000)))
def test_a_figure_lies_within_its_margin_and_the_margin_on_the_scale(counts: dict[int, int], more: int | None) -> None:
    population = None if more is None else sum(counts.values()) + more
    told = (
        (net_promoter(counts, population), -100, 100),
        (satisfied(counts, 7, population), 0, 100),
        (mean(counts, (0, 10), population), 0, 10),
    )
    for figure, least, most in told:
        assert (figure is None) == (not sum(counts.values()))
        if figure is not None and figure.low is not None and figure.high is not None:
            assert least - 1e-9 <= figure.low <= figure.value + 1e-9
            assert figure.value - 1e-9 <= figure.high <= most + 1e-9


@given(scores.filter(lambda counts: sum(counts.values()) > 1), st.integers(2, 50))
def test_more_answers_of_the_same_kind_never_make_the_margin_wider(counts: dict[int, int], times: int) -> None:
    many = {score: count * times for score, count in counts.items()}
    for few, more in (
        (net_promoter(counts), net_promoter(many)),
        (satisfied(counts, 7), satisfied(many, 7)),
        (mean(counts, (0, 10)), mean(many, (0, 10))),
    ):
        assert width(more) <= width(few) + 1e-9


@given(scores.filter(lambda counts: sum(counts.values()) > 1), st.integers(1, 10_000))
def test_a_finite_group_makes_the_margin_smaller_and_asking_everybody_leaves_none(counts: dict[int, int], more: int) -> None:
    n = sum(counts.values())
    for everybody, some, endless in (
        [net_promoter(counts, group) for group in (n, n + more, None)],
        [satisfied(counts, 7, group) for group in (n, n + more, None)],
        [mean(counts, (0, 10), group) for group in (n, n + more, None)],
    ):
        assert width(everybody) == pytest.approx(0)
        assert width(some) <= width(endless) + 1e-9


@given(st.integers(1, 3000), st.data())
def test_the_interval_of_a_share_is_wilson_s(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    known = binomtest(part, whole).proportion_ci(0.95, method="wilson")
    assert wilson(part / whole, whole) == pytest.approx((known.low, known.high), abs=1e-9)


def width(figure: Measured | None) -> float:
    assert figure is not None and figure.low is not None and figure.high is not None
    return figure.high - figure.low


def test_the_net_promoter_score_is_promoters_less_detractors() -> None:
    figure = net_promoter({10: 40, 9: 20, 8: 10, 7: 10, 6: 5, 0: 15})
    assert figure is not None
    assert (figure.value, figure.of) == (40, 100)
    # (60.75 - 20.75) / 103, and 1.96 times the root of (81.5/103 - (40/103)²) / 103
    assert figure.low == pytest.approx(23.4, abs=0.1)
    assert figure.high == pytest.approx(54.3, abs=0.1)


def test_ten_people_who_all_agree_do_not_speak_for_everybody() -> None:
    figure = net_promoter({10: 10})
    assert figure is not None and figure.low is not None
    assert figure.value == 100 and figure.low < 60
