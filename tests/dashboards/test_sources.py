"""The page where one sees whether listening works, and mends what does not."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import RejectedRow, Source
from tests.dashboards.conftest import SignIn, csrf_of, fields_of


def test_a_failing_source_says_what_is_wrong_and_how_to_mend_it(as_person: SignIn) -> None:
    page = as_person("Samira").get("/bronnen").text
    assert "Het adres geeft een webpagina en geen feed." in page
    assert "Zoek op de site naar" in page
    assert page.index("Wijkblog Havenkwartier") < page.index("Meldingen klantcontact")


def test_a_rejected_row_shows_its_reason_and_its_words_harmlessly(as_person: SignIn) -> None:
    page = as_person("redactie").get("/bronnen/meldingen").text
    assert "31-02-2026 bestaat niet" in page
    assert "<b>telefoon</b>" not in page


def test_a_department_may_not_retry_rejected_rows(as_person: SignIn) -> None:
    samira = as_person("Samira")
    token = fields_of(samira.get("/tickets/1").text)
    assert samira.post("/bronnen/meldingen/opnieuw", data=token).status_code == 403


def test_retrying_a_source_that_left_the_configuration_is_refused_kindly(seeded: Session, as_person: SignIn) -> None:
    seeded.add(
        Source(
            id="verdwenen",
            name="Oude bron",
            kind="file",
            channel="news",
            purpose="-",
            legal_basis="-",
            retention_days=1,
            audience="-",
            next_read_at=None,
        )
    )
    seeded.flush()
    row = seeded.scalars(select(RejectedRow)).one()
    row.source_id = "verdwenen"
    seeded.commit()
    newsroom = as_person("redactie")
    form = {"_csrf": csrf_of(newsroom.get("/bronnen/verdwenen").text)}
    answer = newsroom.post("/bronnen/verdwenen/opnieuw", data=form)
    assert answer.status_code == 422
    assert seeded.scalar(select(func.count()).select_from(RejectedRow)) == 1
