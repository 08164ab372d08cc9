"""What an audience likes, and the order that follows."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models import DigestFeedback, Signal
from models.words import Opinion
from routing.readers.ranking import factor, liking, ranked
from tests.conftest import NOW
from tests.routing.readers.conftest import Goes, content

TODAY = date(2026, 11, 19)
OPINIONS = st.sampled_from(list(Opinion))
ANSWERS = st.lists(st.tuples(OPINIONS, st.dates(date(2020, 1, 1), TODAY), st.integers(0, 500)), max_size=12)


@dataclass(frozen=True)
class Thing:
    name: str
    sub: str
    weight: float
    urgent: bool = False


@given(ANSWERS)
def test_a_factor_is_between_a_half_and_one_and_a_half(answers: list[tuple[Opinion, date, int]]) -> None:
    assert 0.5 <= factor(answers, TODAY) <= 1.5


@given(ANSWERS)
def test_one_more_useful_never_lowers_and_one_more_refusal_never_raises(answers: list[tuple[Opinion, date, int]]) -> None:
    before = factor(answers, TODAY)
    assert factor([*answers, (Opinion.USEFUL, TODAY, 1)], TODAY) >= before
    assert factor([*answers, (Opinion.NOT_FOR_US, TODAY, 1)], TODAY) <= before


def test_without_answers_nothing_weighs_more_or_less() -> None:
    assert factor([], TODAY) == 1.0
    assert factor([(Opinion.SEEN, TODAY, 9)], TODAY) == 1.0


def test_an_answer_of_two_months_ago_counts_half() -> None:
    old = factor([(Opinion.USEFUL, TODAY - timedelta(days=60), 2)], TODAY)
    assert old == factor([(Opinion.USEFUL, TODAY, 1)], TODAY)


def test_answers_change_the_order_of_tomorrow_for_this_audience_only(session: Session, goes: Goes) -> None:
    digest = goes(content())
    for sub, opinion in (("afval/bijplaatsing", Opinion.NOT_FOR_US), ("afval/container-vol", Opinion.USEFUL)) * 3:
        about = DigestFeedback(
            id=uuid4(), digest_id=digest.id, audience="reiniging", signal_id=_signal(session), sub=sub, opinion=opinion, at=NOW
        )
        session.add(about)
    session.commit()
    bags, full = Thing("zakken", "afval/bijplaatsing", 10.0), Thing("vol", "afval/container-vol", 8.0)
    assert ranked([bags, full], {}) == [bags, full]
    assert ranked([bags, full], liking(session, "reiniging", NOW)) == [full, bags]
    assert ranked([bags, full], liking(session, "verkeer", NOW)) == [bags, full]


def test_what_is_urgent_never_sinks() -> None:
    danger = Thing("gaslucht", "overlast/stank", 1.0, urgent=True)
    much = Thing("zakken", "afval/bijplaatsing", 90.0)
    assert ranked([much, danger], {"overlast/stank": 0.5, "afval/bijplaatsing": 1.5})[0] is danger


def _signal(session: Session) -> int:
    signal = Signal(theme="afval", sub="afval/bijplaatsing", first_at=NOW, last_at=NOW, created_at=NOW, summarised_at=NOW)
    session.add(signal)
    session.flush()
    return signal.id
