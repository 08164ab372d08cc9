"""Reviewing: the page asks what teaches most, keeps what a person says, and works for everyone who signed in."""

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dashboards.people.accounts import sign_in_link
from dashboards.signals.review import questions
from models import Account, Annotation, AnnotationTheme, Correction, Message, ModelVersion, RisingWord, Signal, SignalMessage
from models.words import Role, Verdict
from tests.conftest import NOW
from tests.dashboards.conftest import PEOPLE, SignIn, csrf_of, fields_of

BAGS = "afval/bijplaatsing"
NOISE = "overlast/geluid-buren"


@pytest.fixture
def doubtful(seeded: Session) -> Session:
    """The town, with a model that doubts about the lamps more than about the bags."""
    seeded.execute(update(Annotation).values(guesses={BAGS: 0.9, "none": 0.1}))
    lamps = select(AnnotationTheme.message_id).where(AnnotationTheme.theme == "openbare-verlichting")
    guesses = {"openbare-verlichting/lamp-kapot": 0.4, NOISE: 0.35, "none": 0.25}
    seeded.execute(update(Annotation).where(Annotation.message_id.in_(lamps)).values(guesses=guesses, sure=False))
    seeded.execute(update(AnnotationTheme).where(AnnotationTheme.theme == "openbare-verlichting").values(probability=0.4))
    seeded.commit()
    return seeded


def asked(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'name="gezien-(\d+)"', html)]


def sent(client: TestClient, path: str = "/beoordelen", **answers: str) -> tuple[int, str]:
    """Fill in the page as it is now; `answers` are for its first message. Status, and where it leads or what it says."""
    html = client.get(path).text
    first = asked(html)[0]
    answer = client.post("/beoordelen", data={**fields_of(html), **{f"{name}-{first}": value for name, value in answers.items()}})
    return answer.status_code, answer.headers.get("location", answer.text)


def newest(session: Session) -> Correction:
    session.expire_all()
    return session.scalars(select(Correction).order_by(Correction.id.desc())).first() or pytest.fail("nothing was kept")


@pytest.mark.parametrize("name", PEOPLE)
def test_everyone_who_signed_in_is_asked(doubtful: Session, as_person: SignIn, name: str) -> None:
    page = as_person(name).get("/beoordelen").text
    assert 1 <= len(asked(page)) <= 10
    assert "twijfelt tussen Openbare verlichting en Overlast" in page


def test_what_is_doubtful_comes_first_and_a_story_is_asked_about_once(doubtful: Session) -> None:
    found = questions(doubtful, NOW)
    assert "lantaarns" in found[0].told.message.text
    homes = dict(doubtful.execute(select(SignalMessage.message_id, SignalMessage.signal_id)).all())
    stories = [homes[one.id] for one in found if one.id in homes]
    assert len(stories) == len(set(stories))


def test_right_confirms_what_was_shown(doubtful: Session, as_person: SignIn) -> None:
    assert sent(as_person("Samira"), oordeel="klopt") == (303, "/beoordelen?bewaard=1")
    kept = newest(doubtful)
    assert (kept.verdict, kept.themes) == (Verdict.RIGHT, ["openbare-verlichting/lamp-kapot"])
    assert doubtful.get_one(Account, kept.account_id).name == "Samira"
    assert kept.at == NOW


def test_another_theme_place_and_urgency_hold_at_once_and_move_the_message(doubtful: Session, as_person: SignIn) -> None:
    samira = as_person("Samira")
    alone = doubtful.scalars(select(Message.id).where(Message.text.startswith("Mevrouw belt namens"))).one()
    status, _ = sent(
        samira,
        f"/beoordelen?bericht={alone}",
        oordeel="anders",
        thema=NOISE,
        plek="oude-haven",
        spoed="ja",
        soort="vraag",
        waarom="gaat over buren",
    )
    assert status == 303
    kept = newest(doubtful)
    assert (kept.themes, kept.places, kept.urgent, kept.kind, kept.why) == ([NOISE], ["oude-haven"], True, "vraag", "gaat over buren")
    assert doubtful.scalars(select(AnnotationTheme.sub).where(AnnotationTheme.message_id == kept.message_id)).all() == [NOISE]
    assert not doubtful.get_one(Message, kept.message_id).grouping_due, "routed already"
    assert doubtful.get_one(SignalMessage, kept.message_id).signal_id != kept.story
    assert "nagekeken door een collega" in samira.get(f"/beoordelen?bericht={kept.message_id}").text
    assert kept.message_id not in asked(samira.get("/beoordelen").text)


def test_copies_of_a_text_are_corrected_together_and_their_signal_with_them(doubtful: Session, as_person: SignIn) -> None:
    sent(as_person("Samira"), oordeel="anders", thema=NOISE, ook=BAGS)
    kept = newest(doubtful)
    assert kept.themes == [NOISE, BAGS]
    assert len(doubtful.scalars(select(Correction)).all()) == 6
    assert kept.story is not None
    assert doubtful.get_one(Signal, kept.story).sub == NOISE


def test_none_of_these_can_be_said_and_skipping_says_nothing(doubtful: Session, as_person: SignIn) -> None:
    client = as_person("beheer")
    assert sent(client, oordeel="over") == (303, "/beoordelen?bewaard=0")
    assert doubtful.scalars(select(Correction)).all() == []
    assert sent(client, oordeel="geen")[0] == 303
    assert newest(doubtful).themes == []


def test_another_theme_that_is_not_named_is_asked_for_and_nothing_typed_is_lost(doubtful: Session, as_person: SignIn) -> None:
    status, page = sent(as_person("redactie"), oordeel="anders", spoed="ja")
    assert status == 422
    assert "Kies waar het bericht dan over gaat" in page
    assert re.search(r'value="anders" checked', page)
    assert re.search(r'<option value="ja" selected', page)
    assert doubtful.scalars(select(Correction)).all() == []


def test_a_message_that_changed_meanwhile_is_shown_again(doubtful: Session, as_person: SignIn) -> None:
    client = as_person("Samira")
    html = client.get("/beoordelen").text
    first = asked(html)[0]
    doubtful.execute(update(Message).where(Message.id == first).values(text="Nu staat hier iets heel anders"))
    doubtful.commit()
    answer = client.post("/beoordelen", data={**fields_of(html), f"oordeel-{first}": "klopt"})
    assert answer.status_code == 422
    assert "intussen gewijzigd" in answer.text
    assert "iets heel anders" in answer.text


def test_a_form_without_its_token_or_with_nonsense_keeps_nothing(doubtful: Session, as_person: SignIn) -> None:
    client = as_person("Samira")
    assert client.post("/beoordelen", data={"gezien-1": "x", "oordeel-1": "geen"}).status_code == 403
    token = csrf_of(client.get("/beoordelen").text)
    nonsense = {
        "_csrf": token,
        "gezien-x": "1",
        "gezien-99999999999999999999": "x",
        "gezien-1": "x",
        "oordeel-1": "anders",
        "thema-1": "'; --",
    }
    assert client.post("/beoordelen", data=nonsense).status_code == 422
    assert doubtful.scalars(select(Correction)).all() == []


def test_the_page_says_what_was_learned_and_which_words_are_new(doubtful: Session, as_person: SignIn) -> None:
    client = as_person("Samira")
    assert "nog niets beoordeeld" in client.get("/beoordelen").text
    sent(client, oordeel="klopt")
    doubtful.add(RisingWord(week=NOW.date(), word="flitspaal", people=7, before=0.5, sub=BAGS, found_at=NOW))
    doubtful.add(
        ModelVersion(
            name="m", code="c", trained_at=NOW, examples=9, corrections=34, scores={}, verdict="Niet in gebruik: geen echte winst."
        )
    )
    doubtful.commit()
    page = client.get("/beoordelen").text
    assert "6 berichten; bij 0 daarvan" in page
    assert "flitspaal" in page
    assert "34 oordelen" in page
    assert "flitspaal" in client.get("/").text


def test_not_ours_on_a_ticket_is_remembered_and_asked_about_first(doubtful: Session, as_person: SignIn) -> None:
    samira = as_person("Samira")
    carried = fields_of(samira.get("/tickets/1").text)
    assert samira.post("/tickets/1/overdragen", data={**carried, "afdeling": "verkeer", "woorden": "Niet van ons"}).status_code == 303
    kept = newest(doubtful)
    assert (kept.verdict, kept.themes, kept.why) == (Verdict.NOT_OURS, None, "Niet van ons")
    page = samira.get("/beoordelen").text
    assert "niet van ons" in page
    first = questions(doubtful, NOW)[0]
    assert (first.disputed, first.told.themes) == (True, (BAGS,))


def test_a_department_that_says_what_it_is_about_teaches_it_for_the_whole_story(doubtful: Session, as_person: SignIn) -> None:
    samira = as_person("Samira")
    carried = fields_of(samira.get("/tickets/1").text)
    answer = samira.post("/tickets/1/overdragen", data={**carried, "afdeling": "handhaving", "thema": NOISE})
    assert answer.status_code == 303
    doubtful.expire_all()
    corrections = doubtful.scalars(select(Correction)).all()
    assert {(c.story, tuple(c.themes or ())) for c in corrections} == {(1, (NOISE,))}
    assert len(corrections) == 62
    assert doubtful.scalar(select(AnnotationTheme.sub).where(AnnotationTheme.message_id == corrections[0].message_id)) == NOISE


def test_a_right_theme_at_a_wrong_address_is_no_correction(doubtful: Session, as_person: SignIn) -> None:
    samira = as_person("Samira")
    carried = fields_of(samira.get("/tickets/1").text)
    assert samira.post("/tickets/1/overdragen", data={**carried, "afdeling": "verkeer", "thema": "klopt"}).status_code == 303
    assert doubtful.scalars(select(Correction)).all() == []
    carried = fields_of(as_person("redactie").get("/tickets/1").text)
    answer = as_person("redactie").post("/tickets/1/overdragen", data={**carried, "afdeling": "groen", "thema": "onzin/onzin"})
    assert answer.status_code in (403, 422)


def test_decisive_words_are_marked_for_eye_and_ear_on_every_page(doubtful: Session, as_person: SignIn) -> None:
    said = doubtful.scalars(select(Message).where(Message.text.startswith("Weer zes zakken"))).all()
    for message in said:
        doubtful.get_one(Annotation, message.id).reasons = [{"start": 9, "end": 15, "adds": 0.8}, {"start": 0, "end": 4, "adds": -0.2}]
    doubtful.commit()
    client = as_person("redactie")
    for path in ("/tickets/1", "/signalen/1", f"/beoordelen?bericht={said[0].id}"):
        page = client.get(path).text
        assert re.search(r'<mark class="decisive"><span class="visually-hidden" lang="nl">doorslaggevend: </span>zakken</mark>', page), path
        assert "zeer zeker Afval" in page, path
    assert "Herkend aan “zakken”" in client.get("/").text
    assert "Herkend aan “zakken”" in client.get("/tickets/1").text


def test_a_review_is_done_by_keyboard_and_without_javascript(browser: Browser, address: str, doubtful: Session) -> None:
    for scripts in (True, False):
        link = sign_in_link(doubtful, "Samira", Role.DEPARTMENT, "reiniging", NOW)
        doubtful.commit()
        context = browser.new_context(base_url=address, java_script_enabled=scripts)
        page = context.new_page()
        page.goto(link)
        page.locator("button[type=submit]").click()
        page.goto("/beoordelen")
        if scripts:
            page.keyboard.press("j")
            page.keyboard.press("1")
            page.keyboard.press("j")
            page.keyboard.press("3")
            page.keyboard.press("a")
            page.keyboard.press("Enter")
        else:
            page.locator("fieldset").first.get_by_label("Klopt", exact=True).check()
            page.get_by_role("button", name="Bewaren").click()
        page.wait_for_url("**/beoordelen?bewaard=*")
        assert f"{2 if scripts else 1} oorde" in page.content()
        context.close()
    doubtful.expire_all()
    assert {c.verdict for c in doubtful.scalars(select(Correction))} == {Verdict.RIGHT, Verdict.WRONG}
