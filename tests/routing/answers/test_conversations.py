"""Who waits for an answer: each conversation once, ticked off by hand, one by one; copies of one text together."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, true, update
from sqlalchemy.orm import Session

from models import Account, Answer, HandAnswer, Message, Signal, Ticket
from models.account import keep_account
from models.answer import waiting_counts
from models.database import transaction
from models.sight import OPEN, readable
from models.words import AnswerStatus, Kind, Role
from routing.answers.conversations import tick_off, untick, waiting_conversations
from routing.answers.drafts import approve, give_back, hash_of, offer, write
from routing.answers.questions import questions_asked
from routing.errors import AnswerError
from tests.conftest import NOW
from tests.routing.conftest import VOICES, Says, run

TEXT = "De lezers zijn vervangen. Uw pas werkt weer."
ALL = true()


@pytest.fixture
def webcare(session: Session, says: Says) -> Account:
    account = keep_account(session, "webcare", Role.DEPARTMENT, "klantcontact", NOW)
    session.commit()
    return account


def answered(session: Session, webcare: Account) -> Answer:
    """The agreed answer of the one ticket there is."""
    samira = keep_account(session, "Samira", Role.DEPARTMENT, "reiniging", NOW)
    (signal,) = session.scalars(select(Signal)).all()
    ticket = session.scalar(select(Ticket))
    if ticket is None:
        ticket = Ticket(signal_id=signal.id, department_id="reiniging", opened_at=NOW, due_at=NOW)
        session.add(ticket)
        session.flush()
    answer = write(session, ticket.id, 0, TEXT, samira, NOW)
    offer(session, answer.id, answer.version, samira, NOW)
    approve(session, answer.id, answer.version, hash_of(TEXT), "Ans", webcare, NOW)
    session.commit()
    return answer


def test_questions_reports_and_complaints_that_nobody_answered_wait_with_words_of_their_own(
    session: Session, says: Says, webcare: Account
) -> None:
    asked = says(VOICES[7], kind=Kind.QUESTION, hours_ago=20)
    told = says(VOICES[0], kind=Kind.REPORT, hours_ago=2)
    angry = says(VOICES[2], kind=Kind.COMPLAINT, hours_ago=1)
    says(VOICES[1], kind=Kind.QUESTION, answered=True)
    says(VOICES[3], kind=Kind.OPINION)
    run()
    waiting = waiting_conversations(session, answered(session, webcare), ALL)
    assert [one.newest.id for one in waiting] == [asked, told, angry]
    assert [one.text.split("\n\n") for one in waiting] == [
        ["U stelde ons op woensdag 18 november een vraag over zakken en spullen naast containers.", TEXT],
        ["U meldde ons op donderdag 19 november iets over zakken en spullen naast containers.", TEXT],
        ["U schreef ons op donderdag 19 november over zakken en spullen naast containers.", TEXT],
    ]


def test_without_a_yes_nobody_is_answered(session: Session, says: Says, webcare: Account) -> None:
    asked = says(kind=Kind.QUESTION)
    run()
    answer = answered(session, webcare)
    give_back(session, answer.id, answer.version, "Anders.", webcare, NOW)
    assert waiting_conversations(session, answer, ALL) == []
    with pytest.raises(AnswerError, match="geen akkoord"):
        tick_off(session, answer.id, asked, ALL, webcare, NOW)


def test_one_residents_messages_in_one_thread_are_one_conversation(session: Session, says: Says, webcare: Account) -> None:
    first, second = (says(VOICES[n], author="a" * 32, hours_ago=5 - n, kind=Kind.QUESTION) for n in (0, 1))
    neighbour = says(VOICES[2], hours_ago=1)
    elsewhere = says(VOICES[4], author="a" * 32, hours_ago=1)
    with transaction() as other:
        other.execute(update(Message).where(Message.id.in_([first, second, neighbour])).values(conversation="draad"))
    run()
    answer = answered(session, webcare)
    waiting = waiting_conversations(session, answer, ALL)
    assert sorted(tuple(m.id for m in one.messages) for one in waiting) == [(first, second), (neighbour,), (elsewhere,)]
    assert tick_off(session, answer.id, first, ALL, webcare, NOW) == 2
    assert len(waiting_conversations(session, answer, ALL)) == 2


def test_a_tick_says_who_and_counts_at_once(session: Session, says: Says, webcare: Account) -> None:
    asked, other = says(VOICES[0]), says(VOICES[1])
    run()
    answer = answered(session, webcare)
    tick_off(session, answer.id, asked, ALL, webcare, NOW)
    hand = session.get_one(HandAnswer, asked)
    assert (hand.answered_by, hand.answered_at, hand.answer_id) == ("webcare", NOW, answer.id)
    assert session.get_one(Message, asked).answered_at == NOW
    assert session.get_one(Message, other).answered_at is None
    assert answer.status is AnswerStatus.USED
    session.commit()
    number = session.scalars(select(Signal.id)).one()
    assert waiting_counts(session, [number], ALL) == {number: 1}
    run(NOW + timedelta(minutes=1))
    session.expire_all()
    assert session.scalars(select(Signal)).one().unanswered == 1
    with pytest.raises(AnswerError, match="wacht niet meer"):
        tick_off(session, answer.id, asked, ALL, webcare, NOW)


def test_a_tick_by_mistake_is_undone_by_who_made_it(session: Session, says: Says, webcare: Account) -> None:
    asked = says(VOICES[0])
    run()
    answer = answered(session, webcare)
    tick_off(session, answer.id, asked, ALL, webcare, NOW)
    with pytest.raises(AnswerError, match="niet door u"):
        untick(session, answer.id, asked, keep_account(session, "Bo", Role.NEWSROOM, None, NOW))
    assert untick(session, answer.id, asked, webcare) == 1
    session.expire_all()
    assert session.get_one(Message, asked).answered_at is None
    assert session.get(HandAnswer, asked) is None
    tick_off(session, answer.id, asked, ALL, webcare, NOW)


def test_what_the_source_knows_of_an_answer_outlives_an_undone_tick(session: Session, says: Says, webcare: Account) -> None:
    asked = says(VOICES[0])
    run()
    answer = answered(session, webcare)
    tick_off(session, answer.id, asked, ALL, webcare, NOW)
    earlier = NOW - timedelta(minutes=30)
    session.execute(update(Message).where(Message.id == asked).values(answered_at=earlier))
    untick(session, answer.id, asked, webcare)
    session.expire_all()
    assert session.get_one(Message, asked).answered_at == earlier


def test_a_campaign_gets_one_answer(session: Session, says: Says, webcare: Account) -> None:
    copies = [
        says("Wij bewoners willen dat de containers in onze wijk weer open gaan en dat de pas werkt", hours_ago=n) for n in range(1, 10)
    ]
    alone = says(VOICES[0], hours_ago=1)
    run()
    answer = answered(session, webcare)
    campaign, other = waiting_conversations(session, answer, ALL)
    assert (campaign.campaign, len(campaign.messages), other.newest.id) == (True, 9, alone)
    assert campaign.text.startswith("Veel mensen stuurden ons hetzelfde bericht")
    assert tick_off(session, answer.id, copies[4], ALL, webcare, NOW) == 9


@pytest.mark.parametrize("why", ["private", "sensitive"])
def test_what_is_private_waits_for_who_may_read_it_only(session: Session, says: Says, webcare: Account, why: str) -> None:
    secret = says(VOICES[0], kind=Kind.QUESTION, **{why: True})
    says(VOICES[2], kind=Kind.QUESTION)
    run()
    answer = answered(session, webcare)
    eyes = readable(OPEN)
    assert len(waiting_conversations(session, answer, ALL)) == 2
    assert secret not in {one.newest.id for one in waiting_conversations(session, answer, eyes)}
    with pytest.raises(AnswerError, match="wacht niet meer"):
        tick_off(session, answer.id, secret, eyes, webcare, NOW)
    assert questions_asked(session, session.scalars(select(Signal.id)).one()) == [VOICES[2]]


def test_of_two_colleagues_who_tick_the_same_one_is_told(session: Session, says: Says, webcare: Account) -> None:
    asked = says(VOICES[0])
    run()
    answer = answered(session, webcare)
    begin, told = Barrier(2), []

    def tick() -> None:
        begin.wait()
        try:
            with transaction() as own:
                tick_off(own, answer.id, asked, ALL, webcare, NOW)
        except AnswerError as refused:
            told.append(str(refused))

    both = [Thread(target=tick) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert told == ["Dit gesprek wacht niet meer op antwoord. Misschien was een collega u voor."]
