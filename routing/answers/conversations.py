"""The conversations that wait for an answer: who asked, where to answer, and with which words. Ticked off one by one, by hand.

Nothing is posted from here. One click is one conversation; only copies of one text, a campaign, are answered together.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from models.account import Account
from models.answer import Answer, HandAnswer, waiting_in
from models.base import among
from models.language import _
from models.message import Message
from models.settings import settings
from models.signal import Signal
from models.ticket import Ticket
from models.words import Kind
from routing.answers.drafts import usable, used
from routing.errors import AnswerError
from routing.signals.assess import names
from routing.signals.copies import clusters
from routing.signals.summary import CAMPAIGN, uncapitalised

OPENINGS: Mapping[Kind, str] = {
    Kind.QUESTION: "U stelde ons op {day} een vraag over {what}.",
    Kind.REPORT: "U meldde ons op {day} iets over {what}.",
}
OTHERWISE = "U schreef ons op {day} over {what}."
TOGETHER = "Veel mensen stuurden ons hetzelfde bericht over {what}."


@dataclass(frozen=True)
class Conversation:
    """One resident's messages in one place that wait for an answer, oldest first; or the copies of a campaign.

    `text` is what may be said: the agreed text below one line that fits this conversation.
    """

    messages: tuple[Message, ...]
    kind: Kind
    campaign: bool
    text: str

    @property
    def newest(self) -> Message:
        return self.messages[-1]


def waiting_conversations(session: Session, answer: Answer, readable: ColumnElement[bool]) -> list[Conversation]:
    """What waits for this answer and is `readable` (models.sight), by channel and longest first; empty while nobody agreed to the text."""
    text = usable(answer)
    if text is None:
        return []
    signal = session.get_one(Signal, session.get_one(Ticket, answer.ticket_id).signal_id)
    what = uncapitalised(names(session).get(signal.sub, signal.sub))
    rows = waiting_in(session, signal.id, readable)
    kinds = {message.id: kind for message, kind in rows}
    copied = _copied([message for message, _ in rows])
    by_place: dict[Hashable, list[Message]] = defaultdict(list)
    for message, __ in rows:
        by_place[_place(message, copied)].append(message)
    told = [_conversation(messages, kinds, copied, text, what, settings().zone) for messages in by_place.values()]
    return sorted(told, key=lambda one: (not one.campaign, one.newest.medium, one.messages[0].published_at, one.newest.id))


def tick_off(session: Session, answer_id: int, message_id: int, readable: ColumnElement[bool], account: Account, now: datetime) -> int:
    """This conversation is answered: how many messages that were. In the caller's transaction.

    Raises:
        AnswerError: nobody agreed to the answer, or the conversation does not wait (any more).
    """
    answer = session.scalar(select(Answer).where(Answer.id == answer_id).with_for_update().execution_options(populate_existing=True))
    if answer is None or usable(answer) is None:
        raise AnswerError(_("Er is geen akkoord op deze tekst. Zonder akkoord gaat er geen antwoord naar bewoners."))
    waiting = waiting_conversations(session, answer, readable)
    meant = next((one for one in waiting if message_id in {message.id for message in one.messages}), None)
    if meant is None:
        raise AnswerError(_("Dit gesprek wacht niet meer op antwoord. Misschien was een collega u voor."))
    for message in meant.messages:
        message.answered_at = now
        session.add(HandAnswer(message_id=message.id, answer_id=answer.id, answered_by=account.name, answered_at=now))
    used(session, answer, account, now)
    _sum_up_again(session, answer)
    return len(meant.messages)


def untick(session: Session, answer_id: int, message_id: int, account: Account) -> int:
    """It was not answered after all; what the source itself says of an answer stays. How many messages wait again.

    Raises:
        AnswerError: it was not ticked off with this answer by this person.
    """
    ticked = session.get(HandAnswer, message_id)
    if ticked is None or ticked.answer_id != answer_id or ticked.answered_by != account.name:
        raise AnswerError(_("Dit gesprek is niet door u afgevinkt. Vraag het uw collega."))
    same = select(HandAnswer).where(HandAnswer.answer_id == answer_id, HandAnswer.answered_at == ticked.answered_at)
    together = session.scalars(same.where(HandAnswer.answered_by == ticked.answered_by).with_for_update()).all()
    numbers, at = [one.message_id for one in together], ticked.answered_at
    for one in together:
        session.delete(one)
    session.execute(update(Message).where(Message.id == among(numbers), Message.answered_at == at).values(answered_at=None))
    _sum_up_again(session, session.get_one(Answer, answer_id))
    return len(numbers)


def personal(text: str, kind: Kind, at: datetime, what: str, zone: ZoneInfo) -> str:
    """The agreed text, below one line that says which message it answers."""
    day = format_date(at.astimezone(zone).date(), "EEEE d MMMM", locale="nl")
    return f"{OPENINGS.get(kind, OTHERWISE).format(day=day, what=what)}\n\n{text}"


def _conversation(
    messages: Sequence[Message], kinds: Mapping[int, Kind], copied: Mapping[int, int], text: str, what: str, zone: ZoneInfo
) -> Conversation:
    first = messages[0]
    if first.id in copied:
        return Conversation(tuple(messages), kinds[first.id], True, f"{TOGETHER.format(what=what)}\n\n{text}")
    return Conversation(tuple(messages), kinds[first.id], False, personal(text, kinds[first.id], first.published_at, what, zone))


def _place(message: Message, copied: Mapping[int, int]) -> Hashable:
    """Where one answer does for all: the campaign, one resident's part of a conversation, or the message alone."""
    if message.id in copied:
        return "copy", copied[message.id]
    if message.conversation is not None and message.author is not None:
        return message.source_id, message.conversation, message.author
    return message.id


def _copied(messages: Sequence[Message]) -> dict[int, int]:
    """The messages that are one of so many copies that it is a campaign, with the number of the first."""
    first = clusters([(message.id, message.published_at, message.text) for message in messages])
    sizes = Counter(first.values())
    return {id: original for id, original in first.items() if sizes[original] >= CAMPAIGN}


def _sum_up_again(session: Session, answer: Answer) -> None:
    signal_of = select(Ticket.signal_id).where(Ticket.id == answer.ticket_id).scalar_subquery()
    session.execute(update(Signal).where(Signal.id == signal_of).values(summary_due=True).execution_options(synchronize_session=False))
    session.flush()
