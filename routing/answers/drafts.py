"""An answer is written, offered, agreed to by a named person, or given back. All in the caller's transaction.

What may be used is the text that somebody agreed to, letter by letter: a changed text needs a new yes. Who wrote a text does not agree
to it. Every step is a line with the text as it was; the database keeps lines from being changed.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.account import Account
from models.answer import Answer, AnswerEvent, answer_to
from models.language import _, translated
from models.ticket import Ticket
from models.words import AnswerStatus, AnswerStep
from routing.answers.first_text import GAP
from routing.errors import AnswerError, StaleAnswer, UnknownTicket

LONGEST = 4000
NAME = 100
AGREED = frozenset({AnswerStatus.APPROVED, AnswerStatus.USED})


def write(session: Session, ticket_id: int, version: int, text: str, author: Account, now: datetime) -> Answer:
    """Write the answer of a ticket, or change it; the same text changes nothing. `version` is the one its author saw, 0 for none.

    Raises:
        UnknownTicket, StaleAnswer: see there.
        AnswerError: the text is empty or too long.
    """
    if session.scalar(select(Ticket.id).where(Ticket.id == ticket_id).with_for_update()) is None:
        raise UnknownTicket(ticket_id)
    answer = answer_to(session, ticket_id)
    _refuse_stale(answer, version)
    told = _tidy(text)
    if not told:
        raise AnswerError(_("Het antwoord is leeg. Schrijf wat bewoners mogen lezen."))
    if len(told) > LONGEST:
        raise AnswerError(
            _("Het antwoord is %(count)s tekens lang; %(longest)s is het meeste. Maak het korter.", count=len(told), longest=LONGEST)
        )
    if answer is None:
        answer = Answer(ticket_id=ticket_id, text="", written_by="", written_by_id=author.id, changed_at=now)
        session.add(answer)
    elif answer.text == told:
        return answer
    answer.text, answer.written_by, answer.written_by_id = told, author.name, author.id
    _set(answer, AnswerStatus.DRAFT, now)
    return _told(session, answer, AnswerStep.WRITTEN, author, now)


def offer(session: Session, answer_id: int, version: int, author: Account, now: datetime) -> Answer:
    """Ask webcare to agree.

    Raises:
        StaleAnswer: see there.
        AnswerError: it is offered or agreed to already, or a gap is left in the text.
    """
    answer = _seen(session, answer_id, version)
    if answer.status not in (AnswerStatus.DRAFT, AnswerStatus.RETURNED):
        raise AnswerError(_("Dit antwoord is al voorgelegd. Verander de tekst als u iets anders wilt voorleggen."))
    if GAP in answer.text:
        raise AnswerError(_("In de tekst staat nog %(gap)s. Vul dat in en leg het antwoord dan voor.", gap=GAP))
    _set(answer, AnswerStatus.OFFERED, now)
    return _told(session, answer, AnswerStep.OFFERED, author, now)


def approve(session: Session, answer_id: int, version: int, seen_hash: str, person: str, account: Account, now: datetime) -> Answer:
    """Agree to the text that hashes to `seen_hash`, in the name of `person`.

    Raises:
        StaleAnswer: see there.
        AnswerError: it is not offered, nobody is named, or who agrees wrote it.
    """
    answer = _seen(session, answer_id, version)
    if hash_of(answer.text) != seen_hash:
        raise StaleAnswer(version, answer.version)
    if answer.status is not AnswerStatus.OFFERED:
        raise AnswerError(_("Dit antwoord is %(status)s. Akkoord geven kan als het is voorgelegd.", status=translated(answer.status.value)))
    named = " ".join(person.split())[:NAME]
    if not named:
        raise AnswerError(_("Typ de naam van wie akkoord geeft."))
    if account.id == answer.written_by_id or named.casefold() == answer.written_by.casefold():
        raise AnswerError(_("Wie de tekst schreef geeft niet zelf akkoord. Vraag een collega om het te lezen."))
    _set(answer, AnswerStatus.APPROVED, now)
    answer.approved_hash, answer.approved_by, answer.approved_at = seen_hash, named, now
    return _told(session, answer, AnswerStep.APPROVED, account, now, person=named)


def give_back(session: Session, answer_id: int, version: int, remark: str, account: Account, now: datetime) -> Answer:
    """Not like this: back to whoever wrote it, with a remark. Takes back a yes too.

    Raises:
        StaleAnswer: see there.
        AnswerError: it is not offered, or nothing is remarked.
    """
    answer = _seen(session, answer_id, version)
    if answer.status not in (AnswerStatus.OFFERED, *AGREED):
        raise AnswerError(_("Dit antwoord is %(status)s. Teruggeven kan als het is voorgelegd.", status=translated(answer.status.value)))
    said = _tidy(remark)[:LONGEST]
    if not said:
        raise AnswerError(_("Schrijf erbij wat er anders moet."))
    _set(answer, AnswerStatus.RETURNED, now)
    return _told(session, answer, AnswerStep.RETURNED, account, now, note=said)


def used(session: Session, answer: Answer, account: Account, now: datetime) -> None:
    """The first resident got it."""
    if answer.status is AnswerStatus.APPROVED:
        answer.status = AnswerStatus.USED
        _told(session, answer, AnswerStep.USED, account, now)


def usable(answer: Answer | None) -> str | None:
    """The text that residents may be told; None while nobody agreed to exactly this text."""
    if answer is None or answer.status not in AGREED or answer.approved_hash != hash_of(answer.text):
        return None
    return answer.text


def hash_of(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def _seen(session: Session, answer_id: int, version: int) -> Answer:
    """The answer, locked until the end of the transaction, if it is still as the caller saw it."""
    answer = session.scalar(select(Answer).where(Answer.id == answer_id).with_for_update().execution_options(populate_existing=True))
    if answer is None:
        raise AnswerError(_("Antwoord %(answer_id)s bestaat niet. Kijk op de pagina Antwoorden.", answer_id=answer_id))
    _refuse_stale(answer, version)
    return answer


def _refuse_stale(answer: Answer | None, version: int) -> None:
    present = 0 if answer is None else answer.version
    if present != version:
        raise StaleAnswer(version, present)


def _set(answer: Answer, status: AnswerStatus, now: datetime) -> None:
    answer.status, answer.changed_at = status, now
    answer.approved_hash = answer.approved_by = answer.approved_at = None


def _told(session: Session, answer: Answer, step: AnswerStep, account: Account, now: datetime, person: str = "", note: str = "") -> Answer:
    session.flush()
    line = AnswerEvent(answer_id=answer.id, at=now, step=step, actor=account.name, account_id=account.id, person=person, note=note)
    line.text, line.text_hash = answer.text, hash_of(answer.text)
    session.add(line)
    session.flush()
    return answer


def _tidy(text: str) -> str:
    """Lines without trailing blanks, and no more than one empty line between them."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    return "\n".join(line for number, line in enumerate(lines) if line or (number and lines[number - 1]))
