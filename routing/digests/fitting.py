"""One screen: what does not fit is counted behind the digest's one link. Sentences go whole or stay whole."""

from collections.abc import Callable, Iterator

from models.words import DigestKind
from routing.digests.content import DigestContent, beyond, led_by

MOST = {DigestKind.DAILY: 250, DigestKind.WEEKLY: 250, DigestKind.EXECUTIVE: 120, DigestKind.CRISIS: 250}
"""Words of a digest's plain text, addresses not counted."""
NOT_HEARD = 3


def fitted(content: DigestContent, words: Callable[[DigestContent], int]) -> DigestContent:
    """The digest with as much as fits on its screen; `words` counts those of a digest as it is read."""
    most = MOST[content.kind]
    return next((smaller for smaller in smaller_ones(content) if words(smaller) <= most), _least(content))


def smaller_ones(content: DigestContent) -> Iterator[DigestContent]:
    """Ever smaller digests, beginning with the whole one. What needs doing goes last, what is merely good to know first."""
    yield content
    for change in (_quotes_to(2), _one_line_of_sources, _without_quiet, _quotes_to(1)):
        content = change(content)
        yield content
    for shorten in (_settled, _last_line, _last_story):
        while (smaller := shorten(content)) is not None:
            content = smaller
            yield content
    for change in (_plain_lead, _quotes_to(0), _without_opening):
        content = change(content)
        yield content


def _quotes_to(most: int) -> Callable[[DigestContent], DigestContent]:
    def fewer(content: DigestContent) -> DigestContent:
        if content.lead is None:
            return content
        return content.model_copy(update={"lead": content.lead.model_copy(update={"quotes": content.lead.quotes[:most]})})

    return fewer


def _one_line_of_sources(content: DigestContent) -> DigestContent:
    """So many silent sources that naming them fills the screen: some by name, the others by number."""
    if len(content.not_heard) <= NOT_HEARD:
        return content
    rest = len(content.not_heard) - NOT_HEARD
    named = (*content.not_heard[:NOT_HEARD], f"En {rest} andere bronnen: zie de pagina Bronnen.")
    return content.model_copy(update={"not_heard": named})


def _without_quiet(content: DigestContent) -> DigestContent:
    return content.model_copy(update={"quiet": ""}) if content.lead or content.sections else content


def _settled(content: DigestContent) -> DigestContent | None:
    """One settled thing less, but the first stays: it shows that reading helps."""
    if len(content.settled) <= 1:
        return None
    return beyond(content.model_copy(update={"settled": content.settled[:-1]}), 1)


def _last_story(content: DigestContent) -> DigestContent | None:
    if content.rising:
        return beyond(content.model_copy(update={"rising": content.rising[:-1]}), 1)
    return beyond(content.model_copy(update={"settled": ()}), 1) if content.settled else None


def _last_line(content: DigestContent) -> DigestContent | None:
    """One line less, of the longest section; a section without lines goes with its heading."""
    if not content.sections:
        return None
    longest = max(range(len(content.sections)), key=lambda n: (len(content.sections[n].lines), n))
    fewer = content.sections[longest].lines[:-1]
    sections = [
        section.model_copy(update={"lines": fewer}) if n == longest else section
        for n, section in enumerate(content.sections)
        if n != longest or fewer
    ]
    return beyond(content.model_copy(update={"sections": tuple(sections)}), 1)


def _plain_lead(content: DigestContent) -> DigestContent:
    if content.lead is None:
        return content
    plain = {"media": "", "waiting": "", "curve_words": "", "reason": "", "why": "", "proposal": ""}
    return content.model_copy(update={"lead": content.lead.model_copy(update=plain)})


def _without_opening(content: DigestContent) -> DigestContent:
    return content.model_copy(update={"opening": "", "still_open": "", "not_heard": content.not_heard[:1]})


def _least(content: DigestContent) -> DigestContent:
    """What remains of a digest whose every sentence is longer than a screen: who it is for, and the link."""
    bare = led_by(content, ())
    cleared = {"opening": "", "interpretation": "", "settled": (), "sections": (), "still_open": "", "quiet": "", "not_heard": ()}
    lines = sum(len(section.lines) for section in content.sections)
    return beyond(bare.model_copy(update=cleared), len(content.stories) + len(content.settled) + lines)
