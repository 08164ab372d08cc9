"""An answer from its first words to the resident who asked."""

from fastapi.testclient import TestClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import Answer, HandAnswer, Message
from models.words import AnswerStatus
from tests.dashboards.conftest import SignIn, fields_of

TEXT = "De lezers zijn vervangen. Uw pas werkt weer."
PAGE = "/tickets/1/antwoord"


def sent(client: TestClient, what: str = "", page: str = PAGE, **fields: str) -> int:
    """Send a form of the answer's page as it is now."""
    carried = fields_of(client.get(page).text)
    return int(client.post(f"{page}{what}", data={**carried, **fields}).status_code)


def agreed(as_person: SignIn) -> TestClient:
    """Samira writes, the newsroom agrees; the newsroom's browser."""
    newsroom = as_person("redactie")
    assert sent(as_person("Samira"), tekst=TEXT, doen="voorleggen") == 303
    assert sent(newsroom, "/akkoord", naam="Ans de Vries") == 303
    return newsroom


def test_a_department_begins_with_a_concept_and_offers_it(seeded: Session, as_person: SignIn) -> None:
    client = as_person("Samira")
    page = client.get(PAGE).text
    assert "Concept, gemaakt uit wat er gedaan en gevraagd is" in page
    assert "[wat gaat er gebeuren, en wanneer?]" in page
    assert sent(client, tekst="Wij komen [wat gaat er gebeuren, en wanneer?]", doen="voorleggen") == 422
    assert seeded.scalars(select(Answer)).all() == []
    assert sent(client, tekst=TEXT, doen="bewaren") == 303
    assert sent(client, tekst=TEXT, doen="voorleggen") == 303
    assert seeded.scalars(select(Answer.status)).one() is AnswerStatus.OFFERED
    assert TEXT in as_person("redactie").get("/antwoorden").text
    assert "voorgelegd" in client.get("/tickets/1").text


def test_only_webcare_and_newsroom_agree_and_tick_off(seeded: Session, as_person: SignIn) -> None:
    samira = as_person("Samira")
    sent(samira, tekst=TEXT, doen="voorleggen")
    for what in ("/akkoord", "/terug", "/gesprek/1", "/gesprek/1/toch-niet"):
        assert sent(samira, what, naam="Ans", gelezen="x", opmerking="nee") == 403
    assert sent(as_person("Joost"), tekst="Van verkeer.") == 403
    assert as_person("Joost").get(f"{PAGE}/gesprekken.csv").status_code == 403
    assert seeded.scalars(select(Answer.status)).one() is AnswerStatus.OFFERED


def test_a_yes_has_a_name_and_a_changed_text_loses_it(seeded: Session, as_person: SignIn) -> None:
    newsroom = agreed(as_person)
    assert "akkoord van Ans de Vries" in newsroom.get("/tickets/1").text
    assert sent(as_person("Samira"), tekst=f"{TEXT} Echt.", doen="bewaren") == 303
    page = newsroom.get(PAGE).text
    assert "akkoord van Ans de Vries" not in page
    assert "Zodra er akkoord is op de tekst" in page


def test_a_stale_page_agrees_to_nothing_and_keeps_what_was_typed(seeded: Session, as_person: SignIn) -> None:
    newsroom, samira = as_person("redactie"), as_person("Samira")
    sent(samira, tekst=TEXT, doen="voorleggen")
    seen = fields_of(newsroom.get(PAGE).text)
    sent(samira, tekst="Iets anders.", doen="voorleggen")
    assert newsroom.post(f"{PAGE}/akkoord", data={**seen, "naam": "Ans"}).status_code == 409
    answer = newsroom.post(PAGE, data={**seen, "tekst": "Van de <i>redactie</i>."})
    assert answer.status_code == 409
    assert "Iets anders." in answer.text
    assert "Van de &lt;i&gt;redactie&lt;/i&gt;." in answer.text
    assert seeded.scalars(select(Answer.text)).one() == "Iets anders."


def test_it_is_given_back_with_a_remark(seeded: Session, as_person: SignIn) -> None:
    newsroom = as_person("redactie")
    sent(as_person("Samira"), tekst=TEXT, doen="voorleggen")
    assert sent(newsroom, "/terug", opmerking=" ") == 422
    assert sent(newsroom, "/terug", opmerking="Noem de straat.") == 303
    assert "Noem de straat." in as_person("Samira").get(PAGE).text


def test_conversations_are_ticked_off_one_by_one(seeded: Session, as_person: SignIn) -> None:
    newsroom = agreed(as_person)
    page = newsroom.get(PAGE).text
    assert "Een regel" not in page
    assert "U schreef ons op" in page
    asked = seeded.scalars(select(Message.id).where(Message.text.like("Mevrouw belt namens%"))).one()
    assert sent(newsroom, f"/gesprek/{asked}") == 303
    assert seeded.scalar(select(func.count()).select_from(HandAnswer)) == 1
    assert sent(newsroom, f"/gesprek/{asked}") == 422
    assert "1 afgevinkt" in newsroom.get(PAGE).text
    assert sent(newsroom, f"/gesprek/{asked}/toch-niet") == 303
    assert seeded.scalar(select(func.count()).select_from(HandAnswer)) == 0


def test_the_list_can_be_taken_along_and_runs_nothing_in_a_spreadsheet(seeded: Session, as_person: SignIn) -> None:
    seeded.execute(update(Message).where(Message.text.like("Mevrouw belt namens%")).values(text="=HYPERLINK(A1)", url="javascript:x"))
    seeded.commit()
    answer = agreed(as_person).get(f"{PAGE}/gesprekken.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "'=HYPERLINK(A1)" in answer.text
    assert "javascript:" not in answer.text
    assert TEXT in answer.text


def test_private_conversations_are_shown_to_who_may_read_them(seeded: Session, as_person: SignIn) -> None:
    seeded.execute(update(Message).where(Message.text.like("Mevrouw belt namens%")).values(private=True))
    seeded.commit()
    newsroom = agreed(as_person)
    assert "Mevrouw belt namens" in newsroom.get(PAGE).text or "Daarna wachten nog" in newsroom.get(PAGE).text
    assert "Mevrouw belt namens" in newsroom.get(f"{PAGE}/gesprekken.csv").text
    assert "Mevrouw belt namens" not in as_person("Joost").get(PAGE).text


def test_a_department_sees_its_own_answers_in_the_list(as_person: SignIn) -> None:
    sent(as_person("Samira"), tekst=TEXT, doen="voorleggen")
    assert TEXT in as_person("Samira").get("/antwoorden").text
    assert TEXT not in as_person("Joost").get("/antwoorden").text


def test_an_answer_to_nothing_is_not_there(as_person: SignIn) -> None:
    newsroom = as_person("redactie")
    assert newsroom.get("/tickets/99/antwoord").status_code == 404
    assert newsroom.get("/tickets/2/antwoord").status_code == 200
    carried = fields_of(newsroom.get("/tickets/2/antwoord").text)
    assert newsroom.post("/tickets/2/antwoord/akkoord", data={**carried, "gelezen": "x", "naam": "Ans"}).status_code == 404
