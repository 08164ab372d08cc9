"""An editor's hand, before a digest goes: another order, another line, something left out, an interpretation, a name under it.

What an editor does not do in time is not waited for: the digest goes as it is. The content as it was built stays beside the edited one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.digest import Digest
from models.language import _
from routing.digests.content import DigestContent, Section, Settled, Story, led_by
from routing.digests.fitting import MOST
from routing.digests.forms import letter_of, words_of
from routing.digests.subject import MOST as SUBJECT
from routing.errors import RoutingError

INTERPRETATION = 600
"""Characters."""
LINE = 300


class EditError(RoutingError):
    """An edit cannot be kept; the message says why."""


class StaleEdit(EditError):
    """Somebody else edited the digest meanwhile. `digest` is as it stands now."""

    def __init__(self, digest: Digest, seen: int) -> None:
        super().__init__(
            _(
                "%(who)s veranderde dit bericht nadat u het opende (versie %(seen)s, nu %(version)s). Uw wijziging is "
                "niet bewaard; hieronder staat het zoals het nu is, met wat u schreef ernaast.",
                who=digest.edited_by or _("Iemand"),
                seen=seen,
                version=digest.version,
            )
        )
        self.digest = digest


@dataclass(frozen=True)
class Rewritten:
    """What becomes of one story, settled thing or line. `place` is where it goes, 1 first; `text` its line, `title` its first words."""

    keep: bool = True
    place: int = 0
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class Edit:
    """What an editor wants. `pieces` are by name: `signaal-412`, `afgehandeld-0`, `regel-1-0` (section, line); what is not named stays."""

    subject: str = ""
    opening: str = ""
    interpretation: str = ""
    signed: str = ""
    pieces: Mapping[str, Rewritten] = field(default_factory=dict)


def edited(content: DigestContent, edit: Edit) -> DigestContent:
    """The digest as the editor wants it.

    Raises:
        EditError: a line is too long or empty, an interpretation has no name under it, or it no longer fits on its screen.
    """
    _check(edit)
    stories = _in_order(content, edit)
    led = led_by(content, stories)
    subject = edit.subject or content.subject
    if subject == content.subject and stories and content.stories and stories[0].signal_id != content.stories[0].signal_id:
        subject = stories[0].subject or subject
    changed = led.model_copy(
        update={
            "subject": subject,
            "opening": edit.opening or content.opening,
            "interpretation": edit.interpretation,
            "signed": edit.signed,
            "settled": tuple(_settled(content, edit)),
            "sections": tuple(_sections(content, edit)),
        }
    )
    words, most = words_of(changed), MOST[content.kind]
    if words > max(most, words_of(content)):
        raise EditError(
            _(
                "Het bericht is nu %(words)s woorden, en er passen er %(most)s op een scherm. Haal iets weg of maak een regel korter.",
                words=words,
                most=most,
            )
        )
    return changed


def save(session: Session, digest_id: int, version: int, edit: Edit, by: str, now: datetime) -> Digest:
    """Keep an edit in the caller's transaction: what is sent is rewritten, what was built is kept beside it.

    Raises:
        StaleEdit: somebody was first.
        EditError: it has gone, or cannot be kept so.
    """
    digest = session.scalar(select(Digest).where(Digest.id == digest_id).with_for_update().execution_options(populate_existing=True))
    if digest is None or not digest.content:
        raise EditError(_("Dit bericht is er niet meer."))
    if digest.gone_at is not None:
        raise EditError(_("Dit bericht is al verstuurd. Het blijft zoals het verstuurd is; zet wat u wilt zeggen in het volgende."))
    if digest.version != version:
        raise StaleEdit(digest, version)
    content = edited(DigestContent.model_validate(digest.content), edit)
    letter = letter_of(content)
    digest.original = digest.original or digest.content
    digest.content = content.model_dump(mode="json")
    digest.subject, digest.html, digest.text = letter.subject, letter.html, letter.text
    digest.edited_by, digest.edited_at = by, now
    session.flush()
    return digest


def _check(edit: Edit) -> None:
    if len(edit.subject) > SUBJECT:
        raise EditError(
            _(
                "Het onderwerp is %(count)s tekens; een telefoon toont er %(subject)s. Maak het korter.",
                count=len(edit.subject),
                subject=SUBJECT,
            )
        )
    if len(edit.interpretation) > INTERPRETATION:
        raise EditError(
            _(
                "De duiding is %(count)s tekens; %(interpretation)s is het meeste. Maak haar korter.",
                count=len(edit.interpretation),
                interpretation=INTERPRETATION,
            )
        )
    if edit.interpretation and not edit.signed:
        raise EditError(_("Een duiding is van iemand. Zet uw naam eronder."))
    lines = [line for piece in edit.pieces.values() for line in (piece.title, piece.text)] + [edit.opening, edit.signed]
    if any(len(line) > LINE for line in lines):
        raise EditError(_("Een regel is langer dan %(line)s tekens. Maak hem korter.", line=LINE))


def _in_order(content: DigestContent, edit: Edit) -> list[Story]:
    """The stories that stay, rewritten, in the wanted order; at one place the one that stood first before."""
    chosen = []
    for number, story in enumerate(content.stories, 1):
        piece = edit.pieces.get(f"signaal-{story.signal_id}", Rewritten(place=number))
        if piece.keep:
            new = story.model_copy(update={"title": piece.title or story.title, "figures": piece.text or story.figures})
            chosen.append((piece.place or number, number, new))
    return [story for _, _, story in sorted(chosen, key=lambda one: one[:2])]


def _settled(content: DigestContent, edit: Edit) -> list[Settled]:
    pieces = [(one, edit.pieces.get(f"afgehandeld-{number}", Rewritten())) for number, one in enumerate(content.settled)]
    return [one.model_copy(update={"outcome": piece.text or one.outcome}) for one, piece in pieces if piece.keep]


def _sections(content: DigestContent, edit: Edit) -> list[Section]:
    sections = []
    for number, section in enumerate(content.sections):
        pieces = [(line, edit.pieces.get(f"regel-{number}-{at}", Rewritten())) for at, line in enumerate(section.lines)]
        lines = tuple(line.model_copy(update={"text": piece.text or line.text}) for line, piece in pieces if piece.keep)
        if lines:
            sections.append(section.model_copy(update={"lines": lines}))
    return sections
