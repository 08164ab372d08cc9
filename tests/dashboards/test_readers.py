"""Pages of readers: wishes, leaving, opinions, joining, subscriptions, feed and paper."""

import re
from datetime import time

import feedparser
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery, Digest, DigestFeedback, Reader
from models.words import DeliveryWay, Opinion
from routing.readers.feedback import feedback_link
from routing.readers.shapes.feed import feed_link
from routing.readers.subscribing import preferences_link, unsubscribe_link
from routing.readers.tokens import Purpose, link
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of
from tests.routing.readers.conftest import content, story

ADDRESS = "s.devries@rivierstad.example"


def path(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


@pytest.fixture
def reader(seeded: Session) -> Reader:
    """Somebody at the cleaning department who reads its digests."""
    one = Reader(audience="reiniging", recipient=ADDRESS, created_at=NOW, confirmed_at=NOW)
    seeded.add(one)
    seeded.commit()
    return one


@pytest.fixture
def digest(seeded: Session) -> Digest:
    return seeded.scalars(select(Digest).where(Digest.audience == "reiniging")).one()


def test_wishes_are_kept_and_shown_again(stranger: TestClient, seeded: Session, reader: Reader) -> None:
    page = path(preferences_link(reader.id))
    form = {
        "soort": ["daily"],
        "dag": ["1", "5"],
        "uur": "09:30",
        "stijgt": "ja",
        "thema": ["afval", "verzonnen"],
        "plek": ["havenkwartier"],
    }
    answer = stranger.post(page, data=form)
    assert answer.status_code == 303
    seeded.refresh(reader)
    assert (reader.kinds, reader.weekdays, reader.hour, reader.only_rising) == (["daily"], [1, 5], time(9, 30), True)
    assert (reader.themes, reader.places) == (["afval"], ["havenkwartier"])
    shown = stranger.get(answer.headers["location"]).text
    assert "Bewaard" in shown
    assert len(re.findall(r" checked", shown)) == 1 + 2 + 1 + 1 + 1


def test_the_page_of_wishes_never_shows_the_whole_address(stranger: TestClient, reader: Reader) -> None:
    page = path(preferences_link(reader.id))
    assert "rivierstad" not in page
    shown = stranger.get(page).text
    assert ADDRESS not in shown
    assert "s…@rivierstad.example" in shown


def test_wishes_with_which_nothing_would_ever_come_are_refused(stranger: TestClient, seeded: Session, reader: Reader) -> None:
    answer = stranger.post(path(preferences_link(reader.id)), data={"dag": ["1"]})
    assert answer.status_code == 422
    assert "nooit een bericht" in answer.text
    seeded.refresh(reader)
    assert reader.weekdays == [1, 2, 3, 4, 5, 6, 7]


def test_opening_the_link_to_leave_changes_nothing_and_pressing_its_button_does(
    stranger: TestClient, seeded: Session, reader: Reader
) -> None:
    page = path(unsubscribe_link(reader.id))
    assert "Stop de berichten" in stranger.get(page).text
    seeded.refresh(reader)
    assert reader.unsubscribed_at is None
    assert "geen berichten meer" in stranger.post(page).text
    seeded.refresh(reader)
    assert reader.unsubscribed_at == NOW


def test_a_mail_program_unsubscribes_with_one_post_and_is_sent_nowhere_else(stranger: TestClient, seeded: Session, reader: Reader) -> None:
    answer = stranger.post(path(unsubscribe_link(reader.id)), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    seeded.refresh(reader)
    assert reader.unsubscribed_at == NOW


def test_a_link_that_is_not_ours_opens_nothing(stranger: TestClient, reader: Reader) -> None:
    own = path(unsubscribe_link(reader.id))
    for changed in (own[:-3] + "xyz", own.replace("/afmelden/", "/voorkeuren/"), own + "x" * 5000, path(unsubscribe_link(999))):
        answer = stranger.get(changed)
        assert answer.status_code == 410
        assert "laatste bericht" in answer.text


def test_opening_an_opinion_counts_nothing_and_pressing_counts_one_for_the_department(
    stranger: TestClient, seeded: Session, digest: Digest
) -> None:
    page = path(feedback_link(digest.id, 1, Opinion.USEFUL))
    opened = stranger.get(page)
    assert "set-cookie" not in opened.headers
    assert seeded.scalars(select(DigestFeedback)).all() == []
    form = {"formulier": re.findall(r'name="formulier" value="([^"]+)"', opened.text)[0], "oordeel": "nuttig"}
    for _ in range(3):
        answer = stranger.post(page, data=form)
    (kept,) = seeded.scalars(select(DigestFeedback)).all()
    assert (kept.audience, kept.sub, kept.rule, kept.opinion) == ("reiniging", "afval/bijplaatsing", "afval-piek", Opinion.USEFUL)
    assert "Genoteerd: <b>nuttig</b>" in stranger.get(answer.headers["location"]).text


def test_a_change_of_mind_takes_the_place_of_the_first_answer(stranger: TestClient, seeded: Session, digest: Digest) -> None:
    page = path(feedback_link(digest.id, 1, Opinion.USEFUL))
    form = {"formulier": re.findall(r'name="formulier" value="([^"]+)"', stranger.get(page).text)[0], "oordeel": "nuttig"}
    after = stranger.get(stranger.post(page, data=form).headers["location"]).text
    assert re.findall(r'name="formulier" value="([^"]+)"', after)[0] == form["formulier"]
    stranger.post(page, data=form | {"oordeel": "niet voor ons"})
    (kept,) = seeded.scalars(select(DigestFeedback)).all()
    assert kept.opinion is Opinion.NOT_FOR_US


def test_an_answer_that_the_page_does_not_offer_is_refused(stranger: TestClient, seeded: Session, digest: Digest) -> None:
    page = path(feedback_link(digest.id, 1, Opinion.USEFUL))
    form = {"formulier": "3f0b8a1e-0000-4000-8000-000000000000", "oordeel": "gezien"}
    assert stranger.post(page, data=form).status_code == 422
    assert seeded.scalars(select(DigestFeedback)).all() == []


def test_a_colleague_joins_by_confirming_from_the_mail(stranger: TestClient, seeded: Session) -> None:
    form = {"_csrf": csrf_of(stranger.get("/bericht-ontvangen").text), "adres": "N.Bakker@Rivierstad.example ", "afdeling": "verkeer"}
    asked = stranger.post("/bericht-ontvangen", data=form)
    assert asked.status_code == 303
    again = stranger.post("/bericht-ontvangen", data=form)
    assert again.headers["location"] == asked.headers["location"]
    (mail,) = seeded.scalars(select(Delivery).where(Delivery.key.startswith("reader/"))).all()
    assert mail.recipient == "n.bakker@rivierstad.example"
    confirming = path(re.findall(r"http\S+/bericht-ontvangen/\S+", mail.text)[0])
    assert "Ja, stuur ze mij" in stranger.get(confirming).text
    joined = seeded.scalars(select(Reader).where(Reader.recipient == mail.recipient)).one()
    assert joined.confirmed_at is None
    assert stranger.post(confirming).headers["location"].startswith("/voorkeuren/")
    seeded.refresh(joined)
    assert joined.confirmed_at == NOW


def test_the_page_answers_the_same_whoever_reads_already(stranger: TestClient, seeded: Session, reader: Reader) -> None:
    form = {"_csrf": csrf_of(stranger.get("/bericht-ontvangen").text), "afdeling": "reiniging"}
    known = stranger.post("/bericht-ontvangen", data=form | {"adres": ADDRESS})
    unknown = stranger.post("/bericht-ontvangen", data=form | {"adres": "nieuw@rivierstad.example"})
    assert (known.status_code, known.headers["location"]) == (unknown.status_code, unknown.headers["location"])
    told = seeded.scalars(select(Delivery).where(Delivery.recipient == ADDRESS, Delivery.key.startswith("reader/"))).one()
    assert "krijgt de berichten voor Reiniging en Afval al" in told.subject


def test_an_address_of_elsewhere_cannot_join(stranger: TestClient, seeded: Session) -> None:
    form = {"_csrf": csrf_of(stranger.get("/bericht-ontvangen").text), "afdeling": "verkeer"}
    for address in ("inwoner@elders.example", "geen adres", "a@rivierstad.example, b@elders.example", "x\n@rivierstad.example"):
        assert stranger.post("/bericht-ontvangen", data=form | {"adres": address}).status_code == 422
    assert seeded.scalars(select(Reader)).all() == []


def test_who_asks_for_mail_too_often_is_told_to_wait(stranger: TestClient, seeded: Session) -> None:
    form = {"_csrf": csrf_of(stranger.get("/bericht-ontvangen").text), "afdeling": "verkeer"}
    answers = [stranger.post("/bericht-ontvangen", data=form | {"adres": f"n{n}@rivierstad.example"}).status_code for n in range(11)]
    assert answers == [303] * 10 + [429]


def test_only_an_administrator_sees_addresses(as_person: SignIn, reader: Reader) -> None:
    assert ADDRESS in as_person("beheer").get("/abonnementen").text
    for name in ("redactie", "Samira"):
        page = as_person(name).get("/abonnementen").text
        assert "Wordt het gelezen?" in page
        assert ADDRESS not in page


def test_an_administrator_adds_a_channel_and_stops_it(as_person: SignIn, seeded: Session) -> None:
    keeper = as_person("beheer")
    form = {"_csrf": csrf_of(keeper.get("/abonnementen").text), "afdeling": "verkeer", "weg": "chat", "adres": "verkeer-teams"}
    assert keeper.post("/abonnementen", data=form).status_code == 303
    assert "al." in keeper.post("/abonnementen", data=form).text
    added = seeded.scalars(select(Reader)).one()
    assert (added.way, added.recipient, added.confirmed_at) == (DeliveryWay.CHAT, "verkeer-teams", NOW)
    keeper.post(f"/abonnementen/{added.id}/stoppen", data=form)
    seeded.refresh(added)
    assert added.unsubscribed_at == NOW


def test_others_cannot_change_who_reads(as_person: SignIn, reader: Reader) -> None:
    newsroom = as_person("redactie")
    token = csrf_of(newsroom.get("/bericht-ontvangen").text)
    for what in ("", f"/{reader.id}/stoppen", f"/{reader.id}/werkt-weer", "/feed/reiniging"):
        assert newsroom.post(f"/abonnementen{what}", data={"_csrf": token}).status_code == 403
        assert newsroom.post(f"/abonnementen{what}", data={}).status_code == 403


def test_what_an_audience_keeps_refusing_is_asked_of_whoever_keeps_the_rules(
    as_person: SignIn, stranger: TestClient, digest: Digest
) -> None:
    page = path(feedback_link(digest.id, 1, Opinion.NOT_FOR_US))
    for _ in range(2):
        form = re.findall(r'name="formulier" value="([^"]+)"', stranger.get(page).text)[0]
        stranger.post(page, data={"formulier": form, "oordeel": "niet voor ons"})
    shown = as_person("redactie").get("/abonnementen").text
    assert "Reiniging en Afval zei 2 keer “niet voor ons”" in shown
    assert "(regel &#39;afval-piek&#39;)" in shown


def test_a_feed_opens_with_its_secret_address_only_and_renewing_ends_the_old_one(
    as_person: SignIn, stranger: TestClient, seeded: Session
) -> None:
    address = path(feed_link(seeded, "reiniging"))
    answer = stranger.get(address)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert feedparser.parse(answer.content).bozo is False
    assert stranger.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert stranger.get(path(link(Purpose.FEED, "verkeer", 7, ending=".atom"))).status_code == 410
    keeper = as_person("beheer")
    keeper.post("/abonnementen/feed/reiniging", data={"_csrf": csrf_of(keeper.get("/abonnementen").text)})
    assert stranger.get(address).status_code == 410


def test_the_stand_up_can_be_taken_to_the_wall(as_person: SignIn, stranger: TestClient) -> None:
    assert stranger.get("/vandaag.pdf").status_code == 303
    answer = as_person("redactie").get("/vandaag.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.fixture
def letter(seeded: Session, reader: Reader, digest: Digest) -> Delivery:
    """The digest as it went to a reader, with that reader's own links."""
    own = f"Beheer: {preferences_link(reader.id)} {unsubscribe_link(reader.id)}"
    one = Delivery(key="digest/reiniging/daily/1", way=DeliveryWay.SMTP, recipient=ADDRESS, subject="Zakken", html=own, text=own)
    one.created_at = one.due_at = NOW
    one.digest_id = digest.id
    seeded.add(one)
    seeded.commit()
    return one


def test_the_mail_page_shows_a_readers_address_and_links_to_administrators_alone(
    as_person: SignIn, letter: Delivery, reader: Reader
) -> None:
    for name in ("redactie", "Samira"):
        visitor = as_person(name)
        for page in ("/post", f"/post/{letter.id}", f"/post/{letter.id}/html"):
            shown = visitor.get(page).text
            assert ADDRESS not in shown
            assert not re.search(r"/(afmelden|voorkeuren)/\S", shown)
        assert "s…@rivierstad.example" in visitor.get("/post").text
    keeper = as_person("beheer")
    assert ADDRESS in keeper.get("/post").text
    assert unsubscribe_link(reader.id) in keeper.get(f"/post/{letter.id}/html").text


def test_the_page_of_a_digest_offers_the_same_words_as_the_mail_and_paper(as_person: SignIn, seeded: Session, digest: Digest) -> None:
    digest.content, digest.gone_at = content(story(1, title="Zakken <b>"), story(2)).model_dump(mode="json"), NOW
    seeded.commit()
    newsroom = as_person("redactie")
    page = newsroom.get(f"/dagberichten/{digest.id}").text
    assert feedback_link(digest.id, 2, Opinion.NOT_FOR_US) in page
    assert "Zakken &lt;b&gt;" in page
    paper = newsroom.get(f"/dagberichten/{digest.id}/pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["content-disposition"] == f'inline; filename="daily-reiniging-{digest.day}.pdf"'
