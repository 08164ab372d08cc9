"""One digest as one reader wants it: only its themes and places, and only when there is something. Values in, values out."""

from collections.abc import Collection

from models.words import DigestKind
from routing.digests.content import DigestContent, Line, Section, Story, led_by
from routing.digests.subject import of_words
from routing.readers.subscribing import Wishes
from routing.signals.summary import counted


def tailor(content: DigestContent, wishes: Wishes) -> DigestContent | None:
    """The digest with what this reader chose, its subject and first line saying how much that is; None where it wants none today.

    "Only if something rises" is about the daily digest: a weekly report and a crisis come anyway.
    """
    kept = tuple(story for story in content.stories if _chosen(story, wishes))
    if wishes.only_rising and content.kind is DigestKind.DAILY and not any(story.rises or story.urgent for story in kept):
        return None
    if len(kept) == len(content.stories):
        return content
    left_out = {story.signal_id for story in content.stories} - {story.signal_id for story in kept}
    fewer = content if kept and kept[0] == content.lead else led_by(content, kept)
    return fewer.model_copy(
        update={
            "rising": kept[1:],
            "subject": content.subject if fewer is content else _subject(kept),
            "opening": _opening(len(kept), len(content.stories)),
            "sections": tuple(section for section in (_without(one, left_out) for one in content.sections) if section.lines),
        }
    )


def _chosen(story: Story, wishes: Wishes) -> bool:
    about = not wishes.themes or story.sub in wishes.themes or story.sub.partition("/")[0] in wishes.themes
    where = not wishes.places or bool(set(story.places) & set(wishes.places))
    return about and where


def _without(section: Section, left_out: Collection[int]) -> Section:
    def stays(line: Line) -> bool:
        return line.signal_id is None or line.signal_id not in left_out

    return section.model_copy(update={"lines": tuple(filter(stays, section.lines))})


def _subject(kept: tuple[Story, ...]) -> str:
    if not kept:
        return "Rustig: niets over wat u koos"
    title = kept[0].title
    return of_words(f"Dringend: {title}", title) if kept[0].urgent else of_words(title)


def _opening(kept: int, told: int) -> str:
    if not kept:
        return "Over wat u koos is er vandaag niets dat opvalt."
    return f"{counted(kept, 'onderwerp', 'onderwerpen')} van de {told} van vandaag {'gaat' if kept == 1 else 'gaan'} over wat u koos."
