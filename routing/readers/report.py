"""Whether digests are read and acted on, by audience and never by reader."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.feedback import opinion_counts, sent_counts
from models.reader import reader_counts
from models.words import Opinion
from routing.readers.subscribing import audience_names

WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Reading:
    """What became of the digests of one audience in thirty days: copies sent, and the answers under them."""

    audience: str
    name: str
    readers: int
    sent: int
    seen: int
    useful: int
    not_for_us: int
    taken: int


def reading(session: Session, now: datetime) -> list[Reading]:
    """Of every audience there is now; what Matomo counted by campaign comes beside it (`links.campaign` names the campaigns)."""
    since = now - WITHIN
    readers, sent, said = reader_counts(session), sent_counts(session, since), opinion_counts(session, since)
    return [
        Reading(
            audience,
            name,
            readers.get(audience, 0),
            sent.get(audience, 0),
            seen=said.get((audience, Opinion.SEEN), 0),
            useful=said.get((audience, Opinion.USEFUL), 0),
            not_for_us=said.get((audience, Opinion.NOT_FOR_US), 0),
            taken=said.get((audience, Opinion.TAKEN), 0),
        )
        for audience, name in audience_names(session).items()
    ]
