"""What people say of an annotation: it holds at once, outlives every next model, and is what a next model learns from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from classify.examples import Example, Voice
from classify.odds import NONE
from models.annotation import Annotation, AnnotationPlace, AnnotationTheme, annotations_of, spans_of
from models.base import among
from models.correction import Correction, Said, said_of, themed_messages
from models.message import Message
from models.signal import copies_of, homes_of
from models.town import Place, Theme
from models.words import Channel, Kind, PlaceKind, Verdict

MOST_THEMES = 3
MOST_EXAMPLES = 3_000
"""Corrected messages that a model learns from: the newest. Training takes memory by the square of what it reads."""
FIFTH = 5
URGENT, GLAD, ANGRY = 0.5, 0.2, -0.35
"""From where on an annotation counts as urgent, glad and angry."""
GENRE = "corrections"
"""What residents really write is a manner of its own."""
VOICES = {
    "facebook": Voice.FACEBOOK,
    "instagram": Voice.INSTAGRAM,
    "x": Voice.X,
    "mastodon": Voice.MASTODON,
    "telefoon": Voice.CALL,
    "e-mail": Voice.FORM,
    Channel.CONTACT_CENTRE: Voice.CALL,
    Channel.WEBCARE: Voice.DIRECT,
    Channel.NEWS: Voice.NEWS,
    Channel.PARTICIPATION: Voice.PARTICIPATION,
    Channel.SOCIAL: Voice.FACEBOOK,
}


class CorrectionError(Exception):
    """A correction cannot be kept; the message is for the person who made it."""


@dataclass(frozen=True)
class Judgement:
    """What a person says of one message; None: nothing is said about it. `themes`: full sub-themes, main one first, empty for none."""

    verdict: Verdict
    themes: tuple[str, ...] | None = None
    kind: Kind | None = None
    places: tuple[str, ...] | None = None
    urgent: bool | None = None
    why: str = ""


@dataclass(frozen=True)
class Taught:
    """A corrected message as an example. What belongs to one `story` is learned from together or tested on together."""

    story: str
    example: Example

    @property
    def held_back(self) -> bool:
        """Whether no model may learn from it: a fifth of the stories, the same ones for ever."""
        return int.from_bytes(sha256(self.story.encode()).digest()[:4]) % FIFTH == 0


def words_seen(text: str) -> str:
    """What a page carries along to say which words of a message a person saw."""
    return sha256(text.encode()).hexdigest()[:16]


def correct(session: Session, message_id: int, seen: str, judgement: Judgement, account_id: int, now: datetime) -> None:
    """Keep what a person says of a message and lay it over the annotation at once; the next `route` finds it another signal.

    It holds for exact copies in the same signal too: texts that are alike belong together, so one alone could not leave.

    Raises:
        CorrectionError: the message has gone or changed since it was `seen`, or a theme or place does not exist.
    """
    message = session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None or message.deleted_at is not None:
        raise CorrectionError(f"Bericht {message_id} is intussen verwijderd. Er is niets bewaard.")
    if words_seen(message.text) != seen:
        raise CorrectionError(f"Bericht {message_id} is intussen gewijzigd door wie het schreef. Lees het opnieuw en beoordeel het dan.")
    _check(session, judgement)
    _keep(
        session, [message_id, *copies_of(session, message_id)], judgement, account_id, homes_of(session, [message_id]).get(message_id), now
    )


def correct_story(session: Session, message_ids: Sequence[int], story: int, judgement: Judgement, account_id: int, now: datetime) -> None:
    """Keep what a department says of all messages of a signal at once.

    Raises:
        CorrectionError: a theme or place does not exist.
    """
    _check(session, judgement)
    present = select(Message.id).where(Message.id == among(message_ids), Message.deleted_at.is_(None)).order_by(Message.id)
    _keep(session, list(session.scalars(present.with_for_update())), judgement, account_id, story, now)


def overrule(session: Session, message_ids: Sequence[int]) -> None:
    """Lay what people said over the annotations of these messages, whichever model made those."""
    said = said_of(session, message_ids)
    if not said:
        return
    annotations = annotations_of(session, list(said))
    for message_id, annotation in annotations.items():
        _lay_over(session, annotation, said[message_id])
    session.flush()


def taught(session: Session) -> list[Taught]:
    """What people named the themes of, as examples, newest first."""
    rows = themed_messages(session, MOST_EXAMPLES)
    numbers = [message_id for message_id, _ in rows]
    said, annotations, spans = said_of(session, numbers), annotations_of(session, numbers), spans_of(session, numbers)
    messages = {message.id: message for message in session.scalars(select(Message).where(Message.id == among(numbers)))}
    return [
        Taught(f"m{id}" if story is None else f"s{story}", _example(messages[id], annotations[id], said[id], spans.get(id, [])))
        for id, story in rows
        if id in annotations
    ]


def _check(session: Session, judgement: Judgement) -> None:
    themes, places = judgement.themes or (), judgement.places or ()
    if len(themes) > MOST_THEMES:
        raise CorrectionError(f"Kies hoogstens {MOST_THEMES} onderwerpen.")
    known = set(session.scalars(select(Theme.slug).where(Theme.slug.in_(themes), Theme.parent.is_not(None))))
    known |= set(session.scalars(select(Place.id).where(Place.id.in_(places))))
    if strange := [name for name in (*themes, *places) if name not in known]:
        raise CorrectionError(f"{strange[0]!r} bestaat niet (meer). Kies uit de lijst.")


def _keep(session: Session, message_ids: Sequence[int], judgement: Judgement, account_id: int, story: int | None, now: datetime) -> None:
    for message_id in message_ids:
        session.add(
            Correction(
                message_id=message_id,
                account_id=account_id,
                at=now,
                verdict=judgement.verdict,
                themes=None if judgement.themes is None else list(judgement.themes),
                kind=judgement.kind,
                places=None if judgement.places is None else list(judgement.places),
                urgent=judgement.urgent,
                why=judgement.why,
                story=story,
            )
        )
    session.flush()
    overrule(session, message_ids)
    annotated = select(Message).join(Annotation, Annotation.message_id == Message.id).where(Message.id == among(message_ids))
    for message in session.scalars(annotated.where(~Message.annotation_due)):
        message.grouping_due = True
    session.flush()


def _lay_over(session: Session, annotation: Annotation, said: Said) -> None:
    if said.themes is not None:
        _name_themes(session, annotation, said.themes)
    if said.places is not None:
        _name_places(session, annotation.message_id, said.places)
    annotation.kind = said.kind or annotation.kind
    annotation.urgency = annotation.urgency if said.urgent is None else float(said.urgent)


def _name_themes(session: Session, annotation: Annotation, themes: Sequence[str]) -> None:
    """The themes a person named, without doubt; what decided for another main theme no longer explains anything."""
    mine = AnnotationTheme.message_id == annotation.message_id
    before = session.scalar(select(AnnotationTheme.sub).where(mine, AnnotationTheme.rank == 0))
    if before != (themes[0] if themes else None):
        annotation.reasons = []
    annotation.guesses = {themes[0] if themes else NONE: 1.0}
    session.execute(delete(AnnotationTheme).where(mine))
    session.add_all(
        AnnotationTheme(message_id=annotation.message_id, rank=rank, theme=sub.partition("/")[0], sub=sub, probability=1.0)
        for rank, sub in enumerate(themes)
    )


def _name_places(session: Session, message_id: int, places: Sequence[str]) -> None:
    """The places a person named: where the text itself names one of them (or a street in it), its words stay marked."""
    mine = AnnotationPlace.message_id == message_id
    found = session.scalars(select(AnnotationPlace).where(mine).order_by(AnnotationPlace.start)).all()
    kept = [row for row in found if row.place_id in places or row.area in places]
    told = {name for row in kept for name in (row.place_id, row.area)}
    session.execute(delete(AnnotationPlace).where(mine, AnnotationPlace.start.not_in([row.start for row in kept])))
    known = {place.id: place for place in session.scalars(select(Place).where(Place.id.in_(places)))}
    taken = {row.start for row in kept}
    free = (start for start in range(len(places) + len(taken) + 1) if start not in taken)
    for place_id in places:
        if place_id not in told:
            start = next(free)
            session.add(AnnotationPlace(message_id=message_id, start=start, end=start, place_id=place_id, area=_area(known[place_id])))


def _area(place: Place) -> str | None:
    match place.kind:
        case PlaceKind.NEIGHBOURHOOD:
            return place.id
        case PlaceKind.STREET | PlaceKind.LANDMARK:
            return place.parent
        case _:
            return None


def _example(message: Message, annotation: Annotation, said: Said, spans: Sequence[tuple[int, int]]) -> Example:
    """Of kind, tone and urgency nobody may have said anything: then the annotation's word is taken."""
    return Example(
        text=message.text,
        themes=said.themes or (),
        kind=annotation.kind,
        tone=1 if annotation.tone > GLAD else -1 if annotation.tone < ANGRY else 0,
        urgent=annotation.urgency >= URGENT,
        voice=voice_of(message),
        places=tuple((start, end) for start, end in spans if start < end),
        genre=GENRE,
    )


def voice_of(message: Message) -> Voice:
    """In whose manner a message is written, as far as its medium or else its channel tells."""
    return VOICES.get(message.medium.lower()) or VOICES[message.channel]
