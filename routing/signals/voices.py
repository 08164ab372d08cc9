"""What the people of a signal say best."""

from sqlalchemy.orm import Session

from models.signal import hidden_among
from routing.signals.assess import heard_by_signal
from routing.signals.quotes import Said, most_telling
from routing.signals.summary import voices_of


def told_best(session: Session, signal_id: int, most: int = 3) -> tuple[str, ...]:
    """The most telling words of a signal that may be quoted to anybody, masked, each of another person."""
    heard, hidden = heard_by_signal(session, [signal_id])[signal_id], hidden_among(session, [signal_id])
    voices = voices_of(heard)
    said = [Said(m.id, m.text, voices[m.id], False, m.tone) for m in heard if m.id not in hidden and m.text.strip()]
    return tuple(text for _, text in most_telling(said, most))
