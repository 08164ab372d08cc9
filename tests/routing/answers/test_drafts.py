"""An answer is written, offered, agreed to by another and given back; only the text that was agreed to may be used."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Account, Answer, Signal, Ticket
from models.account import keep_account
from models.answer import answer_lines, answer_to
from models.municipality import Municipality
from models.words import AnswerStatus, AnswerStep, Role
from routing.answers.drafts import approve, give_back, hash_of, offer, usable, write
from routing.answers.first_text import GAP, first_text
from routing.errors import AnswerError, StaleAnswer, UnknownTicket
from tests.conftest import NOW

TEXT = "De lezers zijn vervangen.\n\nUw pas werkt weer."


@pytest.fixture
def ticket(session: Session, town: Municipality) -> Ticket:
    signal = Signal(theme="afval", sub="afval/bijplaatsing", first_at=NOW, last_at=NOW, created_at=NOW, summarised_at=NOW)
    session.add(signal)
    session.flush()
    ticket = Ticket(signal_id=signal.id, department_id="reiniging", opened_at=NOW, due_at=NOW)
    session.add(ticket)
    session.flush()
    return ticket


@pytest.fixture
def samira(session: Session, ticket: Ticket) -> Account:
    return keep_account(session, "Samira", Role.DEPARTMENT, "reiniging", NOW)


@pytest.fixture
def webcare(session: Session, ticket: Ticket) -> Account:
    return keep_account(session, "webcare", Role.DEPARTMENT, "klantcontact", NOW)


@pytest.fixture
def offered(session: Session, ticket: Ticket, samira: Account) -> Answer:
    answer = write(session, ticket.id, 0, TEXT, samira, NOW)
    return offer(session, answer.id, answer.version, samira, NOW)


def agreed(session: Session, answer: Answer, by: Account) -> Answer:
    return approve(session, answer.id, answer.version, hash_of(answer.text), "Ans de Vries", by, NOW)


def test_only_after_a_named_yes_the_text_may_be_used(session: Session, offered: Answer, webcare: Account) -> None:
    assert usable(offered) is None
    agreed(session, offered, webcare)
    assert usable(offered) == TEXT
    assert (offered.approved_by, offered.approved_hash) == ("Ans de Vries", hash_of(TEXT))
    lines = answer_lines(session, offered.id)
    assert [line.step for line in lines] == [AnswerStep.APPROVED, AnswerStep.OFFERED, AnswerStep.WRITTEN]
    assert (lines[0].actor, lines[0].person, lines[0].text, lines[0].text_hash) == ("webcare", "Ans de Vries", TEXT, hash_of(TEXT))


def test_a_changed_text_needs_a_new_yes(session: Session, offered: Answer, samira: Account, webcare: Account) -> None:
    agreed(session, offered, webcare)
    write(session, offered.ticket_id, offered.version, f"\n{TEXT}  \r\n", samira, NOW)
    assert usable(offered) == TEXT
    write(session, offered.ticket_id, offered.version, TEXT + "!", samira, NOW)
    assert usable(offered) is None
    assert (offered.status, offered.approved_by) == (AnswerStatus.DRAFT, None)


def test_a_text_changed_past_us_may_not_be_used(session: Session, offered: Answer, webcare: Account) -> None:
    agreed(session, offered, webcare)
    session.execute(text("UPDATE answer SET text = 'Iets anders.'"))
    session.refresh(offered)
    assert usable(offered) is None


def test_who_wrote_it_does_not_agree_to_it(session: Session, offered: Answer, samira: Account, webcare: Account) -> None:
    for account, person in ((samira, "Ans"), (webcare, " samira ")):
        with pytest.raises(AnswerError, match="niet zelf akkoord"):
            approve(session, offered.id, offered.version, hash_of(TEXT), person, account, NOW)
    with pytest.raises(AnswerError, match="naam van wie akkoord"):
        approve(session, offered.id, offered.version, hash_of(TEXT), "  ", webcare, NOW)


def test_a_yes_is_to_what_was_read(session: Session, offered: Answer, webcare: Account) -> None:
    with pytest.raises(StaleAnswer):
        approve(session, offered.id, offered.version, hash_of("Iets anders."), "Ans", webcare, NOW)
    with pytest.raises(StaleAnswer):
        approve(session, offered.id, offered.version - 1, hash_of(TEXT), "Ans", webcare, NOW)


def test_it_is_given_back_with_a_remark_also_after_a_yes(session: Session, offered: Answer, samira: Account, webcare: Account) -> None:
    with pytest.raises(AnswerError, match="wat er anders moet"):
        give_back(session, offered.id, offered.version, " ", webcare, NOW)
    agreed(session, offered, webcare)
    give_back(session, offered.id, offered.version, "Noem de straat.", webcare, NOW)
    assert (usable(offered), offered.status) == (None, AnswerStatus.RETURNED)
    assert answer_lines(session, offered.id)[0].note == "Noem de straat."
    with pytest.raises(AnswerError, match="is teruggegeven"):
        agreed(session, offered, webcare)
    offer(session, offered.id, offered.version, samira, NOW)
    assert agreed(session, offered, webcare).status is AnswerStatus.APPROVED


def test_two_writers_are_told_of_each_other(session: Session, ticket: Ticket, samira: Account, webcare: Account) -> None:
    write(session, ticket.id, 0, TEXT, samira, NOW)
    for version in (0, 5):
        with pytest.raises(StaleAnswer, match="intussen veranderd"):
            write(session, ticket.id, version, "Van mij.", webcare, NOW)


@pytest.mark.parametrize(("words", "why"), [("  \n ", "leeg"), ("a" * 4001, "4001 tekens")])
def test_nothing_and_too_much_are_refused(session: Session, ticket: Ticket, samira: Account, words: str, why: str) -> None:
    with pytest.raises(AnswerError, match=why):
        write(session, ticket.id, 0, words, samira, NOW)
    assert answer_to(session, ticket.id) is None


def test_a_text_with_a_gap_cannot_be_offered(session: Session, ticket: Ticket, samira: Account) -> None:
    told = first_text("Zakken naast containers", ["Havenkwartier"], 30, None)
    assert GAP in told
    answer = write(session, ticket.id, 0, told, samira, NOW)
    with pytest.raises(AnswerError, match="Vul dat in"):
        offer(session, answer.id, answer.version, samira, NOW)
    with pytest.raises(AnswerError, match="is concept"):
        agreed(session, answer, samira)


def test_a_first_text_says_what_was_done() -> None:
    told = first_text("Zakken naast containers", ["Havenkwartier", "Oude Haven", "Spoorzicht"], 1, " Twee keer extra geleegd ")
    assert told.startswith("1 bewoner schreef ons over zakken naast containers in Havenkwartier en Oude Haven.")
    assert "\n\nTwee keer extra geleegd.\n\n" in told


@pytest.mark.parametrize("attempt", ["UPDATE answer_event SET person = 'Niemand'", "DELETE FROM answer_event"])
def test_the_history_cannot_be_altered(session: Session, offered: Answer, attempt: str) -> None:
    with pytest.raises(DBAPIError, match="never changed or removed"):
        session.execute(text(attempt))


def test_what_is_not_there_is_said(session: Session, samira: Account) -> None:
    with pytest.raises(UnknownTicket):
        write(session, 99, 0, TEXT, samira, NOW + timedelta(hours=1))
    with pytest.raises(AnswerError, match="Antwoord 99"):
        offer(session, 99, 1, samira, NOW)
