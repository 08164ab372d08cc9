"""The pages of digests and crises: editing before it goes, declaring and ending."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Crisis, Digest
from models.digest import NEWSROOM
from models.words import DigestKind
from routing.digests.content import DigestContent, Line, Section, Settled, Story, led_by
from routing.digests.forms import letter_of
from tests.conftest import NOW
from tests.dashboards.conftest import csrf_of

SignIn = Callable[[str], TestClient]
BASE = "https://luisterpost.example"


@pytest.fixture
def waiting(seeded: Session) -> int:
    """A digest of the newsroom that goes in a quarter of an hour."""
    content = DigestContent(
        audience=NEWSROOM,
        name="Redactie",
        day=NOW.date() + timedelta(days=1),
        built_at=NOW,
        subject="Zakken in Havenkwartier: 41 berichten",
        heading="Luisterpost voor Redactie",
        opening="41 berichten sinds gisteren.",
        settled=(Settled(title="Oversteek", outcome="Er ligt een drempel.", effect="Sindsdien 14 → 2 per dag.", link=f"{BASE}/tickets/2"),),
        sections=(Section(heading="Steeg", lines=(Line(text="Zakken: 41 berichten."),)),),
        page=BASE,
        footer="Voor de redactie.",
    )
    stories = [
        Story(signal_id=number, title=title, subject=title, figures="Vier berichten.", link=f"{BASE}/signalen/{number}")
        for number, title in ((1, "Zakken"), (3, "Lantaarns <b>"))
    ]
    content = led_by(content, stories)
    letter = letter_of(content)
    digest = Digest(
        audience=NEWSROOM,
        kind=DigestKind.DAILY,
        day=content.day,
        subject=letter.subject,
        content=content.model_dump(mode="json"),
        html=letter.html,
        text=letter.text,
        built_at=NOW,
        goes_at=NOW + timedelta(minutes=15),
    )
    seeded.add(digest)
    seeded.commit()
    return digest.id


def form_of(html: str) -> dict[str, list[str]]:
    """What a browser would send of the editing form as it stands."""
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]+>|<textarea.*?</textarea>", html, re.DOTALL):
        name = re.search(r'name="([^"]+)"', tag)
        if name is None or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        value = re.search(r'value="([^"]*)"', tag) or re.search(r">(.*)</textarea>", tag, re.DOTALL)
        fields.setdefault(name[1], []).append(value[1] if value else "")
    return fields


def test_an_editor_reorders_leaves_out_interprets_and_signs(as_person: SignIn, seeded: Session, waiting: int) -> None:
    client = as_person("redactie")
    assert f"/dagberichten/{waiting}/bewerken" in client.get("/dagberichten").text
    page = f"/dagberichten/{waiting}/bewerken"
    fields = form_of(client.get(page).text)
    assert fields["stuk"] == ["signaal-1", "signaal-3", "afgehandeld-0", "regel-0-0"]
    fields |= {"plaats": ["2", "1", "", ""], "duiding": ["Het is de storm."], "naam": ["Samira"]}
    fields["blijft"].remove("afgehandeld-0")
    answer = client.post(page, data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/dagberichten/{waiting}")
    seeded.expire_all()
    digest = seeded.get_one(Digest, waiting)
    content = DigestContent.model_validate(digest.content)
    assert [story.signal_id for story in content.stories] == [3, 1]
    assert (content.settled, content.interpretation, content.signed) == ((), "Het is de storm.", "Samira")
    assert (digest.edited_by, digest.version) == ("redactie", 2)
    shown = client.get(f"/dagberichten/{waiting}").text
    assert "bewerkt door redactie" in shown
    assert "Er ligt een drempel." in shown, "the original stays readable"
    assert "<b>" not in digest.html


def test_a_stale_form_changes_nothing_and_keeps_what_was_typed(as_person: SignIn, seeded: Session, waiting: int) -> None:
    client = as_person("redactie")
    page = f"/dagberichten/{waiting}/bewerken"
    fields = form_of(client.get(page).text)
    client.post(page, data=fields | {"opening": ["Eerst dit."]})
    answer = client.post(page, data=fields | {"opening": ["Nee, dit."]})
    assert answer.status_code == 409
    assert "veranderde dit bericht nadat u het opende" in answer.text
    assert "Nee, dit." in answer.text
    assert "Eerst dit." in answer.text


def test_what_is_refused_says_why_and_what_has_gone_cannot_be_changed(as_person: SignIn, seeded: Session, waiting: int) -> None:
    client = as_person("redactie")
    page = f"/dagberichten/{waiting}/bewerken"
    fields = form_of(client.get(page).text)
    answer = client.post(page, data=fields | {"duiding": ["Zo zit het."]})
    assert answer.status_code == 422
    assert "Zet uw naam eronder" in answer.text
    assert as_person("Samira").get(page).status_code == 403, "another department's"
    seeded.get_one(Digest, waiting).gone_at = NOW
    seeded.commit()
    assert client.get(page).status_code == 403
    assert client.post(page, data=fields).status_code == 403


def test_a_crisis_is_declared_confirmed_and_ended_by_the_newsroom(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    token = csrf_of(client.get("/crisis").text)
    answer = client.post("/crisis", data={"_csrf": token, "naam": "Storing", "woorden": ""})
    assert answer.status_code == 422
    assert "waarnaar het moet luisteren" in answer.text
    form = {
        "_csrf": token,
        "naam": "Storing",
        "woorden": "stroom, licht",
        "thema": ["openbare-verlichting", "onzin"],
        "plek": ["bloemenwijk"],
    }
    answer = client.post("/crisis", data=form)
    crisis = seeded.scalars(select(Crisis)).one()
    assert answer.headers["location"] == f"/crisis/{crisis.id}"
    assert (crisis.words, crisis.themes, crisis.places) == (["stroom", "licht"], ["openbare-verlichting"], ["bloemenwijk"])
    page = client.get(f"/crisis/{crisis.id}").text
    assert "duurt nog" in page
    assert client.post(f"/crisis/{crisis.id}/nog", data={"_csrf": token}).status_code == 303
    stranger = as_person("Samira")
    assert "Uitroepen" not in stranger.get("/crisis").text
    theirs = {"_csrf": csrf_of(stranger.get("/tickets/1").text)}
    assert stranger.post(f"/crisis/{crisis.id}/afsluiten", data=theirs).status_code == 403
    assert client.post(f"/crisis/{crisis.id}/afsluiten", data={"_csrf": token}).status_code == 303
    again = client.post(f"/crisis/{crisis.id}/afsluiten", data={"_csrf": token})
    assert again.status_code == 409
    assert "redactie sloot deze crisis al af" in again.text
    assert client.get("/crisis/999").status_code == 404
    assert client.post("/crisis", data={"naam": "x"}).status_code == 403, "a form of somebody else's"
