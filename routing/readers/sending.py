"""Built digests to their readers: each at the reader's own hour, as that reader wants it, once.

`send_due` runs with the building of digests and again every quarter of an hour. A delivery's key names digest and reader, so that running
twice sends nothing twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.delivery import keys_present
from models.digest import Digest
from models.feedback import newest_gone
from models.reader import Reader, readers_of
from models.settings import settings
from models.words import DeliveryWay, DigestKind, Opinion
from routing.deliveries.address import Address
from routing.deliveries.outbox import put
from routing.digests.content import DigestContent
from routing.digests.letters import Letter
from routing.readers.bounces import mark_bouncing
from routing.readers.feedback import feedback_link
from routing.readers.subscribing import Wishes, forget, keep_standing, preferences_link, unsubscribe_link
from routing.readers.tailoring import tailor
from routing.signals.summary import counted

STALE = timedelta(days=2)
"""A digest that went longer ago reaches no more readers: by then it is no news."""


@dataclass(frozen=True)
class ReaderLinks:
    """The addresses in a letter that its template does not know: what a reader may say of it, and how to change or end it.

    `useful` and `not_for_us` are by signal. All but the last two are the same for every reader of the digest.
    """

    useful: Mapping[int, str]
    not_for_us: Mapping[int, str]
    seen: str
    feed: str = ""
    preferences: str = ""
    unsubscribe: str = ""


Write = Callable[[DigestContent, ReaderLinks], Letter]
"""Gives a digest its form: `letter_of` of the digests."""


def send_due(session: Session, now: datetime, letter_of: Write) -> int:
    """Put what is due into the outbox, for every reader of every digest that has gone (`gone_at`); how many letters.

    Readers that bounce are marked and told of, and who left long enough ago is erased.
    """
    keep_standing(session, now)
    mark_bouncing(session, now)
    forget(session, now)
    return sum(_send(session, digest, now, letter_of) for digest in newest_gone(session, now - STALE))


def _send(session: Session, digest: Digest, now: datetime, letter_of: Write) -> int:
    readers = readers_of(session, digest.audience)
    due = {f"{key_of(digest)}/{reader.id}": reader for reader in readers if is_due(digest, reader, now)}
    wanted = due if readers else {f"{key_of(digest)}/post": None}
    missing = sorted(wanted.keys() - keys_present(session, list(wanted)))
    content = DigestContent.model_validate(digest.content) if missing else None
    return sum(_put(session, digest, content, wanted[key], key, now, letter_of) for key in missing if content)


def _put(session: Session, digest: Digest, content: DigestContent, reader: Reader | None, key: str, now: datetime, letter_of: Write) -> int:
    """One letter into the outbox: to a reader, or, where an audience has none, to the mail page."""
    tailored = tailor(content, wishes_of(reader)) if reader else content
    if tailored is None:
        return 0
    own = links_of(digest.id, tailored, reader.id if reader and reader.way is DeliveryWay.SMTP else None)
    to = Address(reader.way, reader.recipient) if reader else None
    return put(
        session,
        key,
        letter_of(tailored, own),
        to,
        now,
        digest_id=digest.id,
        urgent=digest.kind is DigestKind.CRISIS,
        brief=brief(tailored),
        unsubscribe=own.unsubscribe,
    )


def brief(content: DigestContent) -> str:
    """The digest in one sentence, for a chat: how much there is to read, and where. Holds no resident's words."""
    what = counted(len(content.stories), "onderwerp", "onderwerpen") if content.stories else "niets dat opvalt"
    return f"{content.heading or f'Luisterpost voor {content.name}'}: {what}. {content.page}"


def is_due(digest: Digest, reader: Reader, now: datetime) -> bool:
    """Whether this reader should have this digest by now: of a kind and day that it wants, from its own hour on, and gone since it became
    a reader (whoever the configuration names always was). Days are of the daily digest; a crisis waits for no hour either.
    """
    if digest.gone_at is None or reader.confirmed_at is None or digest.kind.value not in reader.kinds:
        return False
    hour = datetime.combine(digest.day, reader.hour, settings().zone) if reader.hour else digest.gone_at
    moment = digest.gone_at if digest.kind is DigestKind.CRISIS else max(digest.gone_at, hour)
    wanted = digest.kind is not DigestKind.DAILY or digest.day.isoweekday() in reader.weekdays
    return wanted and (reader.standing or reader.confirmed_at <= moment) and moment <= now


def wishes_of(reader: Reader) -> Wishes:
    """What a reader wants of each digest."""
    return Wishes(reader.kinds, reader.themes, reader.places, reader.weekdays, reader.hour, reader.only_rising)


def links_of(digest_id: int, content: DigestContent, reader_id: int | None = None) -> ReaderLinks:
    """The links of a digest; with those of one reader, or without."""
    signals = [story.signal_id for story in content.stories]
    return ReaderLinks(
        useful={signal: feedback_link(digest_id, signal, Opinion.USEFUL) for signal in signals},
        not_for_us={signal: feedback_link(digest_id, signal, Opinion.NOT_FOR_US) for signal in signals},
        seen=feedback_link(digest_id, None, Opinion.SEEN),
        preferences=preferences_link(reader_id) if reader_id else "",
        unsubscribe=unsubscribe_link(reader_id) if reader_id else "",
    )


def key_of(digest: Digest) -> str:
    """What names a digest in the outbox: `digest/reiniging/daily/2026-11-19`."""
    return "/".join(filter(None, ("digest", digest.audience, digest.kind.value, digest.day.isoformat(), digest.slot)))
