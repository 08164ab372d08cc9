"""What is a burst, and what is only the season, the weekday, or chance."""

from datetime import date, timedelta
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from routing.bursts.surveillance import FALSE_ALARMS, FEWEST, LOOKS, RARE, Baseline, baseline, fit, rarity, recency, tail, window

TODAY = date(2026, 11, 19)
COUNTS = st.lists(st.integers(0, 50), min_size=1, max_size=60)


def learnt(counts: list[int]) -> Baseline:
    return baseline(np.array(counts, float), np.ones(len(counts)))


def is_burst(count: int, known: Baseline, worth: float = 1.0) -> bool:
    return count >= FEWEST and tail(count, known, worth) < RARE


def test_a_tripled_day_is_a_burst() -> None:
    known = learnt([4, 5, 3, 6, 4, 2, 3] * 8)
    assert is_burst(14, known)
    assert not is_burst(7, known)


def test_a_slow_seasonal_rise_is_no_burst() -> None:
    random = Random(1)
    rising = [sum(random.random() < (2 + day / 14) / 20 for _ in range(20)) for day in range(56)]
    assert not is_burst(7, learnt(rising))


def test_a_season_that_doubles_in_three_months_is_silent_all_along() -> None:
    counts = np.random.default_rng(2).poisson(10 * 2 ** (np.arange(90) / 90))
    assert not any(is_burst(int(counts[day]), learnt(list(counts[day - 56 : day - 3]))) for day in range(56, 90))


def test_a_past_burst_does_not_hide_the_next() -> None:
    quiet = [2, 1, 3, 2, 2, 1, 2] * 8
    quiet[30] = 60
    assert learnt(quiet).mean < 4
    assert is_burst(12, learnt(quiet))


def test_a_past_storm_that_the_town_explains_does_not_widen_an_ordinary_day() -> None:
    stormy = [3, 4, 2, 3, 3, 4, 2] * 8
    stormy[40:50] = [9, 12, 15, 14, 11, 12, 10, 13, 14, 9]
    waves = np.ones(56)
    waves[40:50] = 4.0
    explained = baseline(np.array(stormy, float), waves)
    assert explained.dispersion < learnt(stormy).dispersion
    assert explained.mean < learnt(stormy).mean


def test_the_days_of_the_rise_itself_are_no_yardstick() -> None:
    assert window(TODAY, TODAY - timedelta(days=1), date(2026, 1, 1))[1] == TODAY - timedelta(days=1)
    assert window(TODAY, TODAY - timedelta(days=30), date(2026, 1, 1))[1] == TODAY - timedelta(days=3)


def test_false_alarms_are_rare_on_ordinary_days() -> None:
    counts = np.random.default_rng(7).poisson(2.0, (60, 63))
    alarms = sum(is_burst(int(count), learnt(list(series[:56]))) for series in counts for count in series[56:])
    assert alarms <= 2


@given(COUNTS, st.integers(0, 500), st.floats(0.2, 3))
def test_a_chance_is_a_chance_and_more_messages_are_never_less_bursty(counts: list[int], observed: int, worth: float) -> None:
    known = learnt(counts)
    assert 0 <= tail(observed + 1, known, worth) <= tail(observed, known, worth) <= 1


@given(COUNTS, st.integers(1, 100), st.floats(0.1, 3), st.floats(1, 5))
def test_where_more_is_expected_the_same_count_is_never_more_bursty(counts: list[int], observed: int, worth: float, times: float) -> None:
    known = learnt(counts)
    assert tail(observed, known, worth) <= tail(observed, known, worth * times) + 1e-12


@given(st.lists(st.lists(st.integers(0, 30), min_size=20, max_size=20), min_size=1, max_size=5), st.randoms())
def test_each_series_is_learnt_by_itself_in_whatever_order(series: list[list[int]], random: Random) -> None:
    order = random.sample(range(len(series)), len(series))
    together = fit(np.array([series[i] for i in order], float), np.ones(20), recency(20))
    for row, i in enumerate(order):
        alone = learnt(series[i])
        assert np.allclose([figure[row] for figure in together], [alone.mean, alone.days, alone.dispersion])


@given(st.lists(st.floats(0, 60), max_size=60), st.randoms())
def test_the_threshold_keeps_the_towns_false_alarms_and_cares_for_no_order(usual: list[float], random: Random) -> None:
    rare = rarity(np.array(usual))
    assert rare == rarity(np.array(random.sample(usual, len(usual))))
    assert 0 < rare <= RARE
    possible = [1 - sum(np.exp(-mean) * mean**k / [1, 1, 2, 6, 24][k] for k in range(FEWEST)) for mean in usual]
    assert sum(min(rare, chance) for chance in possible) * LOOKS * 7 <= FALSE_ALARMS + 1e-9


def test_series_that_hardly_bring_five_messages_cost_the_others_next_to_nothing() -> None:
    busy = [20.0] * 10
    assert rarity(np.array([*busy, *[0.01] * 1000])) > 0.95 * rarity(np.array(busy))
    assert rarity(np.array(busy * 10)) < rarity(np.array(busy)) / 5
