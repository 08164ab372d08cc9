"""Messages that were understood already, and people who judge them: what learning from use is tried on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from models import Account, Annotation, AnnotationPlace, AnnotationTheme, Message, Signal, SignalMessage, Source
from models.words import Channel, Kind, Role
from tests.conftest import NOW


def resident_writes(
    session: Session,
    text: str,
    sub: str = "afval/bijplaatsing",
    probability: float = 0.7,
    guesses: Mapping[str, float] | None = None,
    at: datetime | None = None,
    author: str | None = "",
    place: str | None = None,
    reasons: bool = True,
) -> Message:
    """A message with the annotation that a model gave it."""
    if session.get(Source, "facebook") is None:
        session.add(
            Source(
                id="facebook",
                name="Facebook",
                kind="files",
                channel=Channel.SOCIAL,
                purpose="-",
                legal_basis="-",
                retention_days=90,
                audience="-",
            )
        )
        session.flush()
    moment = at or NOW - timedelta(hours=2)
    message = Message(
        source_id="facebook",
        channel=Channel.SOCIAL,
        medium="Facebook",
        text=text,
        author=sha256(text.encode()).hexdigest()[:32] if author == "" else author,
        published_at=moment,
        received_at=moment,
        annotation_due=False,
    )
    session.add(message)
    session.flush()
    session.add(
        Annotation(
            message_id=message.id,
            model="proef",
            language="nl",
            kind=Kind.REPORT,
            tone=-0.5,
            urgency=0.1,
            annotated_at=moment,
            guesses=dict(guesses or ({sub: probability} if sub else {"none": probability})),
            reasons=[{"start": 0, "end": 4, "adds": 0.3}] if reasons else [],
        )
    )
    session.flush()
    if sub:
        session.add(AnnotationTheme(message_id=message.id, rank=0, theme=sub.partition("/")[0], sub=sub, probability=probability))
    if place is not None:
        session.add(AnnotationPlace(message_id=message.id, start=2, end=5, place_id=place, area=place.partition("/")[0]))
    session.commit()
    return message


def colleague(session: Session, name: str = "Samira") -> int:
    account = Account(name=name, role=Role.NEWSROOM, department_id=None, created_at=NOW)
    session.add(account)
    session.commit()
    return account.id


def story_of(session: Session, *messages: Message, sub: str = "afval/bijplaatsing") -> int:
    """One signal of these messages."""
    signal = Signal(
        theme=sub.partition("/")[0], sub=sub, first_at=NOW, last_at=NOW, created_at=NOW, summarised_at=NOW, messages=len(messages)
    )
    session.add(signal)
    session.flush()
    session.add_all(SignalMessage(message_id=message.id, signal_id=signal.id, joined_at=NOW) for message in messages)
    session.commit()
    return signal.id
