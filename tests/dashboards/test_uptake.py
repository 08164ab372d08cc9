"""Read and taken up: per audience, gaps as gaps, and what was done with tickets within a day after a digest."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models import Digest, DigestFeedback, Measure, MeasuredDay, Signal, Ticket, TicketEvent
from models.settings import settings
from models.words import DigestKind, Opinion, TicketStep
from routing.readers.links import campaign, named_by
from routing.readers.uptake import uptake
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 18)


@given(
    st.sampled_from(list(DigestKind)),
    st.lists(st.text("abcz09", min_size=1, max_size=8), min_size=1, max_size=4).map("-".join),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_a_campaign_names_its_digest(kind: DigestKind, audience: str, day: date) -> None:
    assert named_by(campaign(audience, kind, day)) == (kind, audience, day)


@pytest.mark.parametrize(
    "other", ["", "zomeractie", "dagbericht-reiniging-2026-13-01", "dagbericht-reiniging", "nieuwsbrief-reiniging-2026-11-02"]
)
def test_another_s_campaign_is_none_of_ours(other: str) -> None:
    assert named_by(other) is None


@pytest.fixture
def week(seeded: Session) -> Session:
    """Digests of the cleaning department on three days, of which Matomo missed one; one opened; three tickets."""
    for number, day in enumerate((date(2026, 11, 9), date(2026, 11, 10), date(2026, 11, 11))):
        at = datetime(day.year, day.month, day.day, 8, tzinfo=NOW.tzinfo)
        digest = Digest(audience="reiniging", day=day, subject="x", content={}, html="", text="", built_at=at, gone_at=at)
        seeded.add(digest)
        seeded.flush()
        for opinion in (Opinion.SEEN, Opinion.USEFUL)[: number + 1]:
            seeded.add(DigestFeedback(id=uuid4(), digest_id=digest.id, audience="reiniging", opinion=opinion, at=at))
        if number != 1:
            seeded.add(MeasuredDay(source="matomo", site="1", day=day, fetched_at=NOW, settled=True))
    campaigns = {"dagbericht-reiniging-2026-11-09": 3, "dagbericht-verkeer-2026-11-09": 2, "zomeractie": 90}
    for name, visits in campaigns.items():
        seeded.add(Measure(source="matomo", site="1", name="campaign_visits", day=date(2026, 11, 9), dimension=name, value=visits))
    monday = datetime(2026, 11, 9, 6, tzinfo=NOW.tzinfo)
    for accepted_after, settled_after in ((4, 20), (80, None), (None, None)):
        ticket_of(seeded, monday, accepted_after, settled_after)
    seeded.commit()
    return seeded


def ticket_of(session: Session, opened: datetime, accepted_after: float | None, settled_after: float | None) -> None:
    """A ticket of the cleaning department; hours after it was opened."""
    moments = {"first_at": opened, "last_at": opened, "created_at": opened, "summarised_at": opened}
    signal = Signal(theme="afval", sub="afval/bijplaatsing", title="x", **moments)
    session.add(signal)
    session.flush()
    settled = None if settled_after is None else opened + timedelta(hours=settled_after)
    ticket = Ticket(signal_id=signal.id, department_id="reiniging", opened_at=opened, due_at=opened, settled_at=settled)
    session.add(ticket)
    session.flush()
    for step, after in ((TicketStep.ACCEPTED, accepted_after), (TicketStep.SETTLED, settled_after)):
        if after is not None:
            session.add(TicketEvent(ticket_id=ticket.id, at=opened + timedelta(hours=after), step=step, actor="Samira"))
            session.flush()


def test_what_became_of_the_digests_of_an_audience(week: Session) -> None:
    found, visits = uptake(week, FIRST, LAST, settings().zone)
    cleaning = next(one for one in found if one.audience == "reiniging")
    assert (cleaning.digests, cleaning.visits, cleaning.measured, cleaning.opened) == (3, 3, 2, 1)
    assert (cleaning.seen, cleaning.useful, cleaning.taken) == (3, 2, 0)
    assert visits.days[date(2026, 11, 9)] == 5
    assert visits.days[date(2026, 11, 11)] == 0
    assert visits.days[date(2026, 11, 10)] is None


def test_a_ticket_counts_once_and_only_what_was_done_within_a_day_after_a_digest(week: Session) -> None:
    last = datetime(2026, 11, 11, 8, tzinfo=NOW.tzinfo)
    open_then = week.query(Ticket).filter(Ticket.department_id == "reiniging", Ticket.opened_at <= last).count()
    cleaning = next(one for one in uptake(week, FIRST, LAST, settings().zone)[0] if one.audience == "reiniging")
    assert cleaning.tickets == open_then
    assert (cleaning.accepted, cleaning.settled) == (1, 1)


def test_the_page_names_the_days_that_were_not_counted_and_no_reader(as_person: SignIn, week: Session) -> None:
    samira = as_person("Samira")
    page = " ".join(samira.get("/gelezen?maand=2026-11").text.split())
    assert "5 bezoeken op 2 getelde dagen" in page
    assert "di 10 nov" in page and "ook niet als nul" in page
    assert "1 van 2" in page
    assert "@" not in page.split("<main")[1].split("</main>")[0]
    assert "Reiniging en Afval;3;" in samira.get("/gelezen/maand.csv?maand=2026-11").text


def test_a_month_without_digests_says_what_will_come(as_person: SignIn, seeded: Session) -> None:
    page = as_person("Samira").get("/gelezen?maand=2020-01").text
    assert "Matomo telde in deze maand niets" in page
    assert "gingen er geen berichten uit" in page
