"""A letter as a chat shows it: a title, one sentence, and where to read the rest."""

from dataclasses import dataclass

from models.delivery import Delivery
from routing.digests.letters import shortened

TITLE = 120
SENTENCE = 280
WHOLE = 1500
"""Longest text in characters where whole letters may go; the shortest limit of the services is just above it."""


@dataclass(frozen=True)
class Brief:
    """What is sent: a title of one line, and plain text of a few."""

    title: str
    body: str


def brief(delivery: Delivery, public_url: str, quotes: bool) -> Brief:
    """The short form. Without `quotes` nothing is taken from the letter itself: what a resident wrote may be in it."""
    link = f"{public_url.rstrip('/')}{_place(delivery)}"
    said = _cut(delivery.text.strip(), WHOLE) if quotes else shortened(delivery.brief, SENTENCE)
    return Brief(shortened(delivery.subject, TITLE), "\n".join(part for part in (said, link) if part))


def _place(delivery: Delivery) -> str:
    return f"/tickets/{delivery.ticket_id}" if delivery.ticket_id else f"/post/{delivery.id}"


def _cut(text: str, most: int) -> str:
    """Whole lines, as many as fit; of a first line that is longer, its beginning."""
    if len(text) <= most:
        return text
    whole = text[:most].rpartition("\n")[0] or shortened(text, most)
    return f"{whole}\n…" if whole != text else text
