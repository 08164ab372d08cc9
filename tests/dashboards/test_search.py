"""Zoeken: a page that can be linked to, shows words safely, and helps where nothing is found."""

import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboards.pages.search import meant
from models import Message
from models.settings import settings
from models.tally import count_due
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn


def ready(session: Session) -> None:
    session.commit()
    count_due(NOW, settings().zone)


def test_results_are_linked_to_their_signal_and_narrowed_by_a_click(as_person: SignIn, seeded: Session) -> None:
    ready(seeded)
    client = as_person("redactie")
    answer = client.get("/zoeken?q=container")
    assert answer.status_code == 200
    assert "<mark>container</mark>" in answer.text and 'href="/signalen/' in answer.text
    narrower = re.findall(r'href="(/zoeken\?q=container[^"]*thema=afval[^"]*)"', answer.text)
    assert narrower and "<mark>container</mark>" in client.get(narrower[0].replace("&amp;", "&")).text
    assert "toon alles" in client.get("/zoeken?q=container&plek=havenkwartier").text


def test_an_impossible_question_is_answered_kindly(as_person: SignIn, seeded: Session) -> None:
    ready(seeded)
    client = as_person("redactie")
    for query, words in {
        "": "Typ een of meer woorden",
        "q=de": "alleen kleine woorden",
        "q=container&thema=onzin": "kennen wij niet",
        "q=container&van=gisteren": "geen datum",
        "q=container&van=2026-02-01&tot=2026-01-01": "ligt na de laatste",
        "q=xyzzy": "Geen bericht heeft deze woorden",
        "q=container&bladzij=99999": "<mark>container</mark>",
    }.items():
        answer = client.get(f"/zoeken?{query}")
        assert answer.status_code == 200, query
        assert words in answer.text, query


def test_a_word_that_is_not_found_is_answered_with_the_nearest(as_person: SignIn, seeded: Session) -> None:
    ready(seeded)
    assert 'q=container">container</a>?' in as_person("redactie").get("/zoeken?q=containner").text
    assert meant("losse hont", ["hond", "losse", "boom"]) == ("losse hond",)
    assert meant("hond", ["hond"]) == ()


def test_what_a_resident_wrote_is_escaped(as_person: SignIn, seeded: Session) -> None:
    message = seeded.scalars(select(Message).where(Message.text.contains("Kadeplein"))).first()
    assert message is not None
    message.text = "<script>alert(1)</script> griezelwoord <img src=x>"
    ready(seeded)
    page = as_person("redactie").get("/zoeken?q=griezelwoord").text
    assert "<mark>griezelwoord</mark>" in page and "&lt;script&gt;" in page
    assert "<script>alert" not in page and "<img src=x" not in page


def test_a_department_does_not_find_what_it_may_not_read(as_person: SignIn, seeded: Session) -> None:
    at = NOW - timedelta(minutes=1)
    source, channel = seeded.execute(select(Message.source_id, Message.channel).limit(1)).one()
    seeded.add(
        Message(source_id=source, channel=channel, text="mijn geheimwoord", author=None, published_at=at, received_at=at, private=True)
    )
    ready(seeded)
    assert "<mark>geheimwoord</mark>" in as_person("redactie").get("/zoeken?q=geheimwoord").text
    page = as_person("Joost").get("/zoeken?q=geheimwoord").text
    assert "Geen bericht heeft deze woorden" in page and "mijn geheimwoord" not in page
