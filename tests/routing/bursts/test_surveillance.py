"""What is a burst, and what is only the season, the weekday, or chance."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from routing.bursts.surveillance import Baseline, baseline, judge, tail, weekday_factors, window

TODAY = date(2026, 11, 19)
FLAT = (1.0,) * 7


def days(counts: list[int]) -> dict[date, int]:
    """Counts of consecutive days that end yesterday."""
    return {TODAY - timedelta(days=len(counts) - index): count for index, count in enumerate(counts)}


def learnt(counts: list[int]) -> Baseline:
    series = days(counts)
    return baseline(series, min(series), TODAY, weekday_factors(series))


def test_a_tripled_day_is_a_burst() -> None:
    known = learnt([4, 5, 3, 6, 4, 2, 3] * 8)
    assert judge(TODAY, 14, known, 1.0, 56).burst
    assert not judge(TODAY, 7, known, 1.0, 56).burst


def test_a_slow_seasonal_rise_is_no_burst() -> None:
    random = Random(1)
    rising = [sum(random.random() < (2 + day / 14) / 20 for _ in range(20)) for day in range(56)]
    assert not judge(TODAY, 7, learnt(rising), 1.0, 56).burst


def test_a_past_burst_does_not_hide_the_next() -> None:
    quiet = [2, 1, 3, 2, 2, 1, 2] * 8
    quiet[30] = 60
    assert learnt(quiet).mean < 4
    assert judge(TODAY, 12, learnt(quiet), 1.0, 56).burst


def test_a_busy_weekday_is_no_burst() -> None:
    weeks = {TODAY - timedelta(days=back): 14 if (TODAY - timedelta(days=back)).weekday() == 0 else 3 for back in range(1, 57)}
    factors = weekday_factors(weeks)
    known = baseline(weeks, min(weeks), TODAY, factors)
    assert not judge(TODAY, 14, known, factors[0], 56).burst
    assert judge(TODAY, 14, known, factors[5], 56).burst


def test_a_new_topic_is_a_burst_from_five_voices_also_where_there_is_little_history() -> None:
    nothing = learnt([0] * 7)
    assert judge(TODAY, 5, nothing, 1.0, 7).new
    assert judge(TODAY, 5, nothing, 1.0, 7).burst
    assert not judge(TODAY, 4, nothing, 1.0, 7).burst


def test_the_days_of_the_rise_itself_are_no_yardstick() -> None:
    assert window(TODAY, TODAY - timedelta(days=1), date(2026, 1, 1))[1] == TODAY - timedelta(days=1)
    assert window(TODAY, TODAY - timedelta(days=30), date(2026, 1, 1))[1] == TODAY - timedelta(days=3)


def test_false_alarms_are_rare_on_ordinary_days() -> None:
    random = Random(7)
    alarms = 0
    for _ in range(60):
        counts = [sum(random.random() < 0.05 for _ in range(40)) for _ in range(63)]
        known = learnt(counts[:56])
        alarms += sum(judge(TODAY, count, known, 1.0, 56).burst for count in counts[56:])
    assert alarms <= 2


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.integers(0, 500), st.floats(0.2, 3))
def test_a_chance_is_a_chance_and_more_messages_are_less_likely(counts: list[int], observed: int, factor: float) -> None:
    known = baseline(days(counts), TODAY - timedelta(days=len(counts)), TODAY, FLAT)
    assert 0 <= tail(observed + 1, known, factor) <= tail(observed, known, factor) <= 1
