"""The post page: what waits, what was sent, what did not arrive, and sending that again."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery, Resend
from models.words import DeliveryStatus, DeliveryWay
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of


@pytest.fixture
def dead(seeded: Session) -> list[Delivery]:
    """Two mails and a ticket that did not arrive, and a mail that waits."""
    rows = [
        Delivery(
            key=f"proef/{number}",
            way=way,
            status=status,
            recipient=to,
            subject=f"Bericht <{number}>",
            html="<p>x</p>",
            text="x",
            created_at=NOW - timedelta(hours=number + 1),
            due_at=NOW + timedelta(hours=1),
            attempts=3,
            problem="De mailserver weigert de ontvanger: 550 <onbekend>.",
        )
        for number, (way, status, to) in enumerate(
            [
                (DeliveryWay.SMTP, DeliveryStatus.DEAD, "weg@rivierstad.example"),
                (DeliveryWay.SMTP, DeliveryStatus.DEAD, "ook-weg@rivierstad.example"),
                (DeliveryWay.TARGET, DeliveryStatus.DEAD, "zammad"),
                (DeliveryWay.SMTP, DeliveryStatus.WAITING, "straks@rivierstad.example"),
            ]
        )
    ]
    seeded.add_all(rows)
    seeded.commit()
    return rows


def fresh(session: Session, row: Delivery) -> Delivery:
    session.expire_all()
    return session.get_one(Delivery, row.id)


def test_the_page_counts_by_way_and_filters_by_state_and_way(as_person: SignIn, dead: list[Delivery]) -> None:
    client = as_person("redactie")
    page = client.get("/post").text
    assert '<a href="?stand=niet-gelukt&amp;weg=mail">2' in page
    assert '<a href="?stand=niet-gelukt&amp;weg=eigen-systeem">1' in page
    only = client.get("/post?stand=niet-gelukt&weg=eigen-systeem").text
    assert "Bericht &lt;2&gt;" in only
    assert "Bericht &lt;0&gt;" not in only
    assert "550 &lt;onbekend&gt;" in only
    assert "Hier past geen post bij" in client.get("/post?stand=wacht&weg=chat").text


def test_one_delivery_is_sent_again_under_its_own_key_to_a_better_address_and_leaves_a_trace(
    as_person: SignIn, dead: list[Delivery], seeded: Session
) -> None:
    client, path = as_person("redactie"), f"/post/{dead[0].id}"
    token = csrf_of(client.get(path).text)
    answer = client.post(f"{path}/opnieuw", data={"_csrf": token, "aan": "goed@rivierstad.example"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    row = fresh(seeded, dead[0])
    assert (row.key, row.status, row.attempts, row.recipient) == ("proef/0", DeliveryStatus.WAITING, 0, "goed@rivierstad.example")
    trace = seeded.scalars(select(Resend)).one()
    assert (trace.delivery_id, trace.recipient) == (row.id, "weg@rivierstad.example")
    page = client.get(path).text
    assert "was aan" in page
    assert f"door {trace.actor}" in page


def test_what_is_no_address_is_refused_and_stays_on_the_form(as_person: SignIn, dead: list[Delivery], seeded: Session) -> None:
    client, path = as_person("redactie"), f"/post/{dead[0].id}"
    answer = client.post(f"{path}/opnieuw", data={"_csrf": csrf_of(client.get(path).text), "aan": '"><b>@'})
    assert answer.status_code == 422
    assert "Dit is geen e-mailadres" in answer.text
    assert 'value="&#34;&gt;&lt;b&gt;@"' in answer.text
    assert fresh(seeded, dead[0]).status is DeliveryStatus.DEAD


def test_all_of_one_way_are_sent_again_at_once(as_person: SignIn, dead: list[Delivery], seeded: Session) -> None:
    client = as_person("redactie")
    answer = client.post("/post/opnieuw", data={"_csrf": csrf_of(client.get("/post").text), "weg": "mail"}, follow_redirects=False)
    page = client.get(answer.headers["location"]).text
    assert "2 berichten gaan opnieuw de deur uit." in page
    assert [fresh(seeded, row).status.value for row in dead] == ["waiting", "waiting", "dead", "waiting"]
    assert len(seeded.scalars(select(Resend)).all()) == 2


def test_what_was_sent_is_not_sent_again(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    page = client.get("/post/1").text
    assert "/opnieuw" not in page
    token = csrf_of(client.get("/afmelden").text)
    assert client.post("/post/1/opnieuw", data={"_csrf": token}).status_code == 422


def test_a_department_sees_no_buttons_and_cannot_press_them(as_person: SignIn, dead: list[Delivery], seeded: Session) -> None:
    client = as_person("Samira")
    page = client.get("/post").text
    assert "Verstuur opnieuw" not in page
    assert "weg@" not in page
    token = csrf_of(client.get("/afmelden").text)
    assert client.post("/post/opnieuw", data={"_csrf": token, "weg": "mail"}).status_code == 403
    assert client.post(f"/post/{dead[0].id}/opnieuw", data={"_csrf": token}).status_code == 403
    assert fresh(seeded, dead[0]).status is DeliveryStatus.DEAD
