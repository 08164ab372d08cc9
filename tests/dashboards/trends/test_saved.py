"""Saved questions: kept under a name, shared, mailed each week, taken away."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from models import Delivery, SavedView
from routing.views.weekly import mail_due
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of


def send(client: TestClient, path: str, **data: str) -> int:
    return client.post(path, data={"_csrf": csrf_of(client.get("/trends").text), **data}).status_code


def test_a_question_is_kept_under_a_name_and_seen_by_colleagues(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    assert send(client, "/trends/bewaard", naam="Zakken <b>", vraag="thema=afval&per=week&onzin=1&plek=atlantis") == 303
    page = as_person("Samira").get("/trends/bewaard").text
    assert "Zakken &lt;b&gt;" in page
    assert "thema=afval" in page
    assert "per=week" in page
    assert "atlantis" not in page
    assert "weghalen" not in page.lower().partition('<ul class="rows')[2].partition("</ul>")[0]


def test_only_its_owner_takes_a_question_away(as_person: SignIn, seeded: Session) -> None:
    send(as_person("redactie"), "/trends/bewaard", naam="Van de redactie", vraag="")
    view = seeded.scalars(select(SavedView.id)).one()
    assert send(as_person("Samira"), f"/trends/bewaard/{view}/weg") == 403
    assert send(as_person("redactie"), f"/trends/bewaard/{view}/weg") == 303
    assert send(as_person("redactie"), f"/trends/bewaard/{view}/weg") == 404


def test_a_question_without_a_name_or_with_a_strange_address_is_refused(as_person: SignIn) -> None:
    client = as_person("redactie")
    assert send(client, "/trends/bewaard", naam="  ") == 422
    assert send(client, "/trends/bewaard", naam="Zakken", adres="iemand@elders.example") == 422


def test_last_weeks_figures_are_mailed_once(as_person: SignIn, seeded: Session) -> None:
    send(as_person("redactie"), "/trends/bewaard", naam="Zakken", vraag="thema=afval")
    view = seeded.scalars(select(SavedView)).one()
    view.weekly_to = "redactie@rivierstad.example"
    seeded.commit()
    later = NOW + timedelta(days=7)
    assert (mail_due(later), mail_due(later)) == (1, 0)
    letter = seeded.scalars(select(Delivery).where(Delivery.key.startswith("view/"))).one()
    assert letter.subject.startswith("Zakken: ")
    assert "thema=afval" in letter.text
    assert mail_due(later + timedelta(days=7)) == 1
