"""An audience's digests as an Atom feed (RFC 4287), behind a secret address that can be renewed."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from models.digest import Digest
from models.feedback import feed_turn, gone_for
from models.language import Language, speaking
from models.settings import settings
from models.words import Opinion
from routing.digests.content import DigestContent
from routing.readers.feedback import feedback_link
from routing.readers.links import Medium, tagged
from routing.readers.shapes.printable import printable
from routing.readers.subscribing import audience_names
from routing.readers.tokens import BadLink, Purpose, link, opened

MOST = 30
"""Digests in a feed, newest first."""


@dataclass(frozen=True)
class Feed:
    """The feed as it is sent; `tag` changes when it does (an ETag)."""

    xml: str
    tag: str


@dataclass(frozen=True)
class Entry:
    """One digest in the feed. `id` stays the same when an editor changes it, `updated` does not."""

    id: str
    updated: datetime
    content: DigestContent
    day_words: str
    html: str
    page: str


def feed_link(session: Session, audience: str) -> str:
    """The secret address of an audience's feed, as it holds now."""
    return link(Purpose.FEED, audience, feed_turn(session, audience), ending=".atom")


@speaking(Language.DUTCH)
def feed_behind(session: Session, token: str) -> Feed:
    """The feed at this address.

    Raises:
        BadLink: the address is not one of ours, or it has been renewed.
    """
    audience, turn = opened(Purpose.FEED, token, str, int)
    known = audience_names(session)
    if turn != feed_turn(session, audience) or audience not in known:
        raise BadLink
    entries = [_entry(digest) for digest in gone_for(session, audience, MOST)]
    tag = sha256(repr([(entry.id, entry.updated) for entry in entries]).encode()).hexdigest()[:32]
    content = {
        "id": f"{_authority()}:feed/{audience}",
        "title": f"Luisterpost voor {known[audience]}",
        "own": feed_link(session, audience),
        "page": f"{settings().public_url.rstrip('/')}/dagberichten",
        "updated": max((entry.updated for entry in entries), default=datetime.fromisoformat("2026-01-01T00:00:00+00:00")),
        "entries": entries,
    }
    return Feed(printable(_environment().get_template("feed.atom.j2").render(content)), tag)


def _entry(digest: Digest) -> Entry:
    content = DigestContent.model_validate(digest.content)

    def at(address: str, signal_id: int | None = None) -> str:
        return tagged(address, content.audience, content.kind, content.day, f"signaal-{signal_id}" if signal_id else None, Medium.FEED)

    def say(signal_id: int, opinion: str) -> str:
        return feedback_link(digest.id, signal_id, Opinion(opinion))

    html = _environment().get_template("digest.html.j2").render(digest=content, at=at, say=say)
    key = "/".join(filter(None, (digest.audience, digest.kind.value, digest.day.isoformat(), digest.slot)))
    return Entry(
        id=f"{_authority()}:digest/{key}",
        updated=max(filter(None, (digest.gone_at, digest.edited_at, digest.built_at))),
        content=content,
        day_words=format_date(content.day, "EEEE d MMMM", locale="nl"),
        html=html,
        page=at(f"{settings().public_url.rstrip('/')}/dagberichten/{digest.id}"),
    )


def _authority() -> str:
    """What makes identifiers ours for good, whatever the addresses become (RFC 4151)."""
    return f"tag:{urlsplit(settings().public_url).hostname},2026"


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
