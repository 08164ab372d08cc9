"""The made-up town and its outbreaks: small, and the same each time."""

import pytest

from routing.bursts.evaluation.outbreaks import Outbreak, Shape, outbreaks
from routing.bursts.evaluation.town import Town, simulate
from routing.bursts.evaluation.trial import Tried, trial

SEED = 77
UNTIL = 200


@pytest.fixture(scope="module")
def town() -> Town:
    return simulate(SEED)


@pytest.fixture(scope="module")
def put_in(town: Town) -> list[Outbreak]:
    return [
        one
        for one in outbreaks(town, SEED, 120)
        if one.day < UNTIL - 3 and one.shape in (Shape.DAY, Shape.NOTHING) and one.size in (0.0, 3.0, 5.0)
    ]


@pytest.fixture(scope="module")
def tried(town: Town, put_in: list[Outbreak]) -> dict[str, Tried]:
    return trial(town, put_in, UNTIL)


def share(tried: Tried, put_in: list[Outbreak], size: float, least: float) -> float:
    mine = [number for number, one in enumerate(put_in) if one.size == size and one.usual >= least]
    return sum(number in tried.found for number in mine) / len(mine)


def test_false_alarms_stay_about_one_a_week_where_products_give_many(tried: dict[str, Tried]) -> None:
    assert tried["ours"].false_alarms < 1.5
    assert all(tried[name].false_alarms > 6 for name in ("3 × mean", "150% of week", "3 sigma", "EARS C2"))


def test_tripled_days_are_found_where_there_is_enough_to_triple(tried: dict[str, Tried], put_in: list[Outbreak]) -> None:
    assert share(tried["ours"], put_in, 3.0, 20.0) > 0.75
    assert share(tried["ours"], put_in, 5.0, 20.0) > 0.95
    assert share(tried["ours"], put_in, 3.0, 20.0) > share(tried["ours, whole days only"], put_in, 3.0, 20.0)


def test_five_people_where_nothing_is_usual_are_found(tried: dict[str, Tried], put_in: list[Outbreak]) -> None:
    assert share(tried["ours"], put_in, 0.0, 0.0) > 0.9
