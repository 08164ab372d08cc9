"""What somebody wrote to the municipality alone is read by the department that handles it, webcare and the newsroom; by nobody else."""

import re
from collections import deque
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dashboards.signals.review import questions
from models import Account, Annotation, AnnotationTheme, Delivery, Digest, Message, RejectedRow, Signal, SignalMessage, Ticket
from models.settings import settings
from models.sight import OPEN, Reader, hidden_in, reader_of
from models.words import Role
from routing.digests.build import render
from routing.digests.item import items
from routing.tickets import helping, joining
from tests.conftest import NOW
from tests.dashboards.conftest import PEOPLE, SignIn, fields_of

BAGS = "Ik durf het alleen aan u te schrijven: mijn overbuurman gooit elke nacht vuilniszakken naast de container bij de Havenkade"
PARK = "Alleen voor de gemeente bedoeld: de groenploeg liet mijn moeder na haar val in het Singelpark op het bankje uitrusten"
ASIDE = "Dit bericht kon niet gelezen worden en is van iemand"
SECRETS = {"bags": "durf het alleen aan u", "park": "Alleen voor de gemeente bedoeld", "aside": ASIDE}
SEES = {
    "redactie": {"bags", "park", "aside"},
    "beheer": {"bags", "park", "aside"},
    "Klaas": {"bags", "park"},
    "Samira": {"bags"},
    "Joost": set(),
}
"""Klaas is webcare, Samira's department handles the bags."""
PAGES = 120


@pytest.fixture
def confided(seeded: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Two private messages, one in the story whose ticket Reiniging handles and one in a story without a ticket; and a row set aside."""
    monkeypatch.setitem(PEOPLE, "Klaas", (Role.DEPARTMENT, "klantcontact"))
    for text, sub in ((BAGS, "afval/bijplaatsing"), (PARK, "groen/parken-en-perken")):
        signal = seeded.scalars(select(Signal).where(Signal.sub == sub)).one()
        source, channel = seeded.execute(select(Message.source_id, Message.channel).limit(1)).one()
        at = NOW - timedelta(minutes=5)
        message = Message(source_id=source, channel=channel, medium="Facebook", text=text, author=None, published_at=at, received_at=at)
        message.private, message.annotation_due = True, False
        seeded.add(message)
        seeded.flush()
        seeded.add(SignalMessage(message_id=message.id, signal_id=signal.id, joined_at=NOW))
        seeded.add(
            Annotation(
                message_id=message.id,
                model="proef",
                language="nl",
                kind="klacht",
                tone=0,
                urgency=0,
                annotated_at=NOW,
                guesses={sub: 0.4, "none": 0.35},
            )
        )
        seeded.flush()
        seeded.add(AnnotationTheme(message_id=message.id, rank=0, theme=signal.theme, sub=sub, probability=0.4))
    seeded.scalars(select(RejectedRow)).one().item = {"fields": {"text": ASIDE, "private": "ja"}}
    seeded.commit()
    return seeded


def walk(client: TestClient, *begin: str) -> dict[str, str]:
    """Every page that can be reached by links, by address."""
    seen: dict[str, str] = {}
    waiting = deque(begin)
    while waiting and len(seen) < PAGES:
        address = waiting.popleft().split("#")[0]
        if address in seen or address.startswith("/afmelden") or (address.startswith("/trends") and address not in begin):
            continue
        answer = client.get(address)
        seen[address] = answer.text if answer.status_code == 200 else ""
        found = re.findall(r'href="([^"]+)"', seen[address])
        here = address.split("?")[0]
        waiting += [
            link if link.startswith("/") else here + link for link in found if link.startswith(("/", "?")) and "/assets/" not in link
        ]
    return seen


@pytest.mark.parametrize("name", SEES)
def test_each_reads_on_every_page_what_is_theirs_to_read_and_nothing_else(confided: Session, as_person: SignIn, name: str) -> None:
    numbers = confided.scalars(select(Message.id).where(Message.private)).all()
    alone = (f"/{what}{n}" for n in numbers for what in ("beoordelen?bericht=", "gesprekken/", "berichten/"))
    pages = walk(as_person(name), "/", "/signalen?stand=alle", "/trends?thema=afval", *alone)
    assert len(pages) > 30 and any(address.endswith("?alles=true") for address in pages)
    seen = {secret for secret, words in SECRETS.items() for html in pages.values() if words in html}
    assert seen == SEES[name]
    story = next(html for address, html in pages.items() if address == "/signalen/1")
    assert ("is privé of gaat over iemands gezondheid" in story) == ("bags" not in SEES[name]), "it counts, and that is said"


def test_a_ticket_that_moves_takes_the_right_to_read_along(confided: Session, as_person: SignIn) -> None:
    signal = confided.scalars(select(Signal).where(Signal.sub == "afval/bijplaatsing")).one()
    verkeer, reiniging = Reader(False, "verkeer"), Reader(False, "reiniging")
    assert [hidden_in(confided, signal.id, reader) for reader in (verkeer, reiniging, OPEN, Reader(True))] == [1, 0, 1, 0]
    samira = as_person("Samira")
    form = fields_of(samira.get("/tickets/1").text)
    assert samira.post("/tickets/1/overdragen", data={**form, "afdeling": "verkeer", "woorden": "voor jullie"}).status_code == 303
    confided.expire_all()
    assert [hidden_in(confided, signal.id, reader) for reader in (verkeer, reiniging)] == [0, 1]


def test_who_helps_with_a_ticket_reads_along_as_long_as_they_help(confided: Session) -> None:
    verkeer = Reader(False, "verkeer")
    helping.ask_help(confided, 1, 1, "Samira", NOW, "verkeer")
    assert hidden_in(confided, confided.get_one(Ticket, 1).signal_id, verkeer) == 0
    helping.end_help(confided, 1, confided.get_one(Ticket, 1).version, "Samira", NOW, "verkeer")
    assert hidden_in(confided, confided.get_one(Ticket, 1).signal_id, verkeer) == 1


def test_who_takes_a_story_into_its_own_ticket_reads_it_whole_and_who_had_it_still_does(confided: Session) -> None:
    joining.merge(confided, 1, 1, "Samira", NOW, 3)
    signal = confided.get_one(Ticket, 1).signal_id
    assert [hidden_in(confided, signal, Reader(False, name)) for name in ("openbare-ruimte", "reiniging", "groen")] == [0, 0, 1]


def test_nothing_private_is_quoted_in_what_is_sent(confided: Session) -> None:
    confided.execute(delete(Delivery))
    confided.execute(delete(Digest))
    told = items(confided, confided.scalars(select(Signal)).all(), NOW)
    quoted = [quote.text for item in told for quote in item.quotes]
    assert quoted and not any(words in text for words in SECRETS.values() for text in quoted)
    day = NOW.astimezone(settings().zone).date()
    for audience in ("newsroom", "reiniging", "verkeer"):
        for shape in ("html", "text", "json"):
            assert not any(words in render(confided, audience, day, shape, NOW) for words in SECRETS.values())


def test_who_teaches_the_classifier_is_not_asked_about_what_they_may_not_read(confided: Session) -> None:
    def asked(reader: Reader) -> set[str]:
        return {question.told.message.text for question in questions(confided, NOW, reader)}

    assert not asked(OPEN) & {BAGS, PARK}
    assert asked(Reader(True)) & {BAGS, PARK}


def test_an_account_of_webcare_reads_as_the_newsroom_does() -> None:
    def account(role: Role, department: str | None) -> Account:
        return Account(name="x", role=role, department_id=department, created_at=NOW)

    assert reader_of(account(Role.DEPARTMENT, "klantcontact"), "klantcontact").everything
    assert not reader_of(account(Role.DEPARTMENT, "reiniging"), "klantcontact").everything
    assert reader_of(account(Role.ADMINISTRATOR, None), "klantcontact").everything
