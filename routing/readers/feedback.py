""" "Nuttig" and "niet voor ons" under each item. Counted by audience; nothing tells which reader said it.

The links in a digest are the same for all its readers. Opening one does nothing, because mail scanners open links; the button on the page
behind it does. Each time that page is made it gets a number of its own, with which a change of mind takes the place of the first answer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from models.digest import Digest
from models.feedback import DigestFeedback, keep_opinion, unwanted_since
from models.language import _
from models.rule import in_force_for
from models.signal import Signal
from models.town import department_names
from models.words import Opinion
from routing.readers.tokens import BadLink, Purpose, link, opened
from routing.signals.assess import names

MOST = 60
"""Answers about one item of one digest; more come from no department."""
HINT_AFTER = 2
HINT_WITHIN = timedelta(days=30)
WHOLE = 0
"""In place of a signal's number: the digest as a whole."""


@dataclass(frozen=True)
class Asked:
    """What a link asks about, and what it proposes to answer. `title` is what the item is called; None for the digest as a whole."""

    digest: Digest
    signal: Signal | None
    opinion: Opinion


@dataclass(frozen=True)
class Hint:
    """An audience keeps saying that a sub-theme is not for them: who does own it? Names as on the page."""

    audience: str
    sub: str
    rule: str
    times: int
    last_at: datetime
    sentence: str


def feedback_link(digest_id: int, signal_id: int | None, opinion: Opinion) -> str:
    """The address behind a word under an item (or, without one, under the digest)."""
    return link(Purpose.FEEDBACK, digest_id, signal_id or WHOLE, opinion.value)


def asked(session: Session, token: str) -> Asked:
    """What the link with this token is about.

    Raises:
        BadLink: it is not one of ours, or the digest is no longer there.
    """
    digest_id, signal_id, opinion = opened(Purpose.FEEDBACK, token, int, int, str)
    digest = session.get(Digest, digest_id)
    signal = session.get(Signal, signal_id) if signal_id != WHOLE else None
    if digest is None or (signal is None and signal_id != WHOLE):
        raise BadLink
    return Asked(digest, signal, Opinion(opinion))


def say(session: Session, about: Asked, opinion: Opinion, form: UUID, now: datetime) -> bool:
    """Keep one answer; the same form answering again replaces it. False where an item has had more answers than it has readers."""
    signal = about.signal
    routing = in_force_for(session, [signal.id]).get(signal.id) if signal else None
    answer = DigestFeedback(
        id=form,
        digest_id=about.digest.id,
        audience=about.digest.audience,
        signal_id=signal.id if signal else None,
        sub=signal.sub if signal else "",
        rule=routing.rule if routing else "",
        opinion=opinion,
        at=now,
    )
    return keep_opinion(session, answer, MOST)


def hints(session: Session, now: datetime) -> list[Hint]:
    """Sub-themes that an audience said twice or oftener in a month are not theirs, for whoever keeps the rules."""
    called = names(session) | department_names(session) | {"newsroom": _("De redactie"), "executive": _("Het bestuur")}
    found = []
    for audience, sub, rule, times, last_at in unwanted_since(session, now - HINT_WITHIN, HINT_AFTER):
        named = {"audience": called.get(audience, audience), "times": times, "sub": called.get(sub, sub), "rule": rule}
        said = _("%(audience)s zei %(times)s keer “niet voor ons” bij %(sub)s.", **named)
        if rule:
            said = _("%(audience)s zei %(times)s keer “niet voor ons” bij %(sub)s (regel '%(rule)s').", **named)
        sentence = said + " " + _("Wie gaat hierover?")
        found.append(Hint(audience, sub, rule, times, last_at, sentence))
    return found
