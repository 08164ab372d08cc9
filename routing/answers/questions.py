"""What was asked: the questions of a signal that tell most, for whoever writes the answer."""

from sqlalchemy.orm import Session

from models.answer import questions_in
from routing.signals.quotes import Said, most_telling

MOST = 3


def questions_asked(session: Session, signal_id: int) -> list[str]:
    """At most three questions of different people; none that was asked in private or tells of somebody's health."""
    said = [Said(id, text, author or f"unnamed {id}", False, tone) for id, text, author, tone in questions_in(session, signal_id)]
    return [text for _, text in most_telling(said, MOST)]
