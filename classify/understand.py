"""Annotate the messages that wait for it: batch by batch, each in one transaction, beside any number of other workers."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from classify.annotated import Annotated
from classify.champion import annotator_in_use
from classify.corrections import overrule
from classify.pipeline import Annotator
from classify.reasons import located
from models.annotation import Annotation, AnnotationPlace, AnnotationTheme, replace_annotations
from models.database import transaction
from models.message import Message, claim_due_for_annotation
from models.town import place_ids

BATCH = 500
KEPT_PROBABILITY = 0.2
"""Themes below this are not kept, but for the first."""


def understand(now: datetime) -> int:
    """Annotate every message that waits.

    Killed at any moment it leaves a batch either whole or untouched.

    Returns:
        How many messages were annotated.

    Raises:
        ConfigurationError: the municipality's files cannot be used.
        ModelError: the model cannot be used.
    """
    reader = annotator_in_use()
    total = 0
    while True:
        with transaction() as session:
            claimed = claim_due_for_annotation(session, BATCH)
            total += _annotate(session, claimed, reader, now)
        if not claimed:
            return total


def _annotate(session: Session, claimed: Sequence[Message], reader: Annotator, now: datetime) -> int:
    said = [message for message in claimed if message.deleted_at is None and not message.by_municipality]
    known = place_ids(session)
    rows = [
        row
        for message, annotated in zip(said, reader.annotate([message.text for message in said]), strict=True)
        for row in _rows(message, annotated, reader.model, known, now)
    ]
    replace_annotations(session, [message.id for message in claimed], rows)
    overrule(session, [message.id for message in said])
    for message in claimed:
        message.annotation_due = False
    for message in said:
        message.grouping_due = True
    return len(said)


def _rows(
    message: Message, annotated: Annotated, model: str, known: frozenset[str], now: datetime
) -> Iterator[Annotation | AnnotationTheme | AnnotationPlace]:
    yield Annotation(
        message_id=message.id,
        model=model,
        language=annotated.language,
        kind=annotated.kind,
        tone=annotated.tone,
        urgency=annotated.urgency,
        sure=annotated.sure,
        annotated_at=now,
        guesses=dict(annotated.guesses),
        reasons=[asdict(reason) for reason in located(message.text, annotated)],
    )
    for rank, theme in enumerate(annotated.themes):
        if rank == 0 or theme.probability >= KEPT_PROBABILITY:
            yield AnnotationTheme(message_id=message.id, rank=rank, theme=theme.theme, sub=theme.sub, probability=theme.probability)
    for place in annotated.places:
        if place.id in known:
            yield AnnotationPlace(
                message_id=message.id,
                start=place.start,
                end=place.end,
                place_id=place.id,
                area=place.area if place.area in known else None,
            )
