"""What the review page asks, and what its answers say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from classify.corrections import Judgement, words_seen
from classify.teaching import Candidate, most_doubtful, teach_most
from dashboards.words.explanation import NONE, Explained, explained
from models.annotation import guesses_of
from models.base import among
from models.correction import disputed, labelled_texts, unjudged_since
from models.language import _
from models.message import Message
from models.sight import OPEN, Reader, readable
from models.signal import homes_of
from models.words import Kind, Verdict

AT_ONCE = 10
LOOKS_BACK = timedelta(days=30)
CONSIDERED = 5_000
"""Newest messages among which is sought."""
REMEMBERED = 300
"""Judged messages that a question should not resemble."""
NO_PLACE = "-"


class AnswerError(ValueError):
    """An answer says too little; the message is for the person who gave it."""


@dataclass(frozen=True)
class Question:
    """A message to judge, and what is carried along to know what the judge saw."""

    told: Explained
    seen: str
    shown: str
    """Its sub-themes with spaces between them, or `none`."""
    disputed: bool
    problem: str = ""

    @property
    def id(self) -> int:
        return self.told.message.id


def questions(session: Session, now: datetime, reader: Reader = OPEN, most: int = AT_ONCE) -> list[Question]:
    """The messages whose themes would teach most, most telling first; what a department disputes comes before all."""
    contested = disputed(session, CONSIDERED)
    guesses = dict(unjudged_since(session, now - LOOKS_BACK, CONSIDERED)) | guesses_of(session, contested)
    doubts = most_doubtful(guesses, frozenset(contested))
    homes = homes_of(session, list(doubts))
    texts = {message.id: message.text for message in _present(session, list(doubts), reader)}
    candidates = [Candidate(id, texts[id], doubt, homes.get(id)) for id, doubt in doubts.items() if id in texts]
    chosen = teach_most(candidates, labelled_texts(session, REMEMBERED), most)
    return asked_about(session, chosen, reader, frozenset(contested))


def asked_about(
    session: Session,
    message_ids: Sequence[int],
    reader: Reader,
    contested: frozenset[int] = frozenset(),
    problems: Mapping[int, str] | None = None,
) -> list[Question]:
    """Questions about these messages, in this order; one that has gone is left out. `problems`: what was wrong with an earlier answer."""
    found = {told.message.id: told for told in explained(session, _present(session, message_ids, reader)) if told.annotation is not None}
    return [
        Question(
            told=found[id],
            seen=words_seen(found[id].message.text),
            shown=" ".join(found[id].themes) or NONE,
            disputed=id in contested,
            problem=(problems or {}).get(id, ""),
        )
        for id in message_ids
        if id in found
    ]


def judgement(answers: Mapping[str, str], message_id: int) -> Judgement | None:
    """What the form's fields say of one message; None where it was passed over.

    Raises:
        AnswerError: another theme was promised, and none chosen.
    """

    def field(name: str) -> str:
        return answers.get(f"{name}-{message_id}", "").strip()

    shown = () if field("getoond") in ("", NONE) else tuple(field("getoond").split())
    place, urgent, kind = field("plek"), {"ja": True, "nee": False}.get(field("spoed")), field("soort")
    places = None if not place else () if place == NO_PLACE else (place,)
    named_kind = Kind(kind) if kind in tuple(Kind) else None
    more = places is not None or urgent is not None or named_kind is not None
    match field("oordeel"):
        case "klopt":
            themes: tuple[str, ...] | None = shown
        case "geen":
            themes = ()
        case "anders":
            themes = tuple(dict.fromkeys(theme for theme in (field("thema"), field("ook")) if theme))
            if not themes:
                raise AnswerError(_("Kies waar het bericht dan over gaat, of kies “geen van deze”."))
        case _:
            themes = None
    if themes is None and not more:
        return None
    right = themes == shown and not more
    return Judgement(Verdict.RIGHT if right else Verdict.WRONG, themes, named_kind, places, urgent, field("waarom")[:500])


def _present(session: Session, message_ids: Sequence[int], reader: Reader) -> Sequence[Message]:
    return session.scalars(select(Message).where(Message.id == among(message_ids), Message.deleted_at.is_(None), readable(reader))).all()
