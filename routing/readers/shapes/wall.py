"""A digest on paper: one A4 or a few, to hang on the wall. Tagged and in Dutch, so that a screen reader can read the file too."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from babel.dates import format_date

from models.settings import settings
from routing.digests.content import DigestContent, Story
from routing.readers.links import Medium, tagged
from routing.readers.shapes.printable import printable

FORM = Path(__file__).with_name("sheet.typ")


@dataclass(frozen=True)
class Quoted:
    text: str
    said: str


@dataclass(frozen=True)
class Entry:
    """One thing on the sheet; `link` is where the title leads in the file."""

    title: str = ""
    link: str = ""
    lines: tuple[str, ...] = ()
    quotes: tuple[Quoted, ...] = ()
    curve: tuple[int, ...] = ()
    curve_words: str = ""


@dataclass(frozen=True)
class Part:
    heading: str
    items: tuple[Entry, ...]


@dataclass(frozen=True)
class Sheet:
    """What `sheet.typ` puts on paper."""

    kicker: str
    title: str
    opening: str
    footer: str
    sections: tuple[Part, ...]


def pdf(content: DigestContent) -> bytes:
    """The digest as PDF, the same bytes every time. It keeps to PDF/UA-1 unless a resident used signs that no font here has: then those
    are left open, and the file is tagged all the same.
    """
    return on_paper(sheet_of(content), content.built_at)


def on_paper(sheet: Sheet, made_at: datetime) -> bytes:
    """A sheet as PDF; see `pdf`."""
    data = {"sheet": json.dumps(_plain(asdict(sheet)), ensure_ascii=False)}
    try:
        return typst.compile(FORM, sys_inputs=data, timestamp=made_at, pdf_standards="ua-1")
    except typst.TypstError:
        return typst.compile(FORM, sys_inputs=data, timestamp=made_at)


def sheet_of(content: DigestContent) -> Sheet:
    """A digest in the order of the letter: the first story whole, the others in short, then what was settled and what was not heard."""
    day = format_date(content.day, "EEEE d MMMM yyyy", locale="nl")
    rest = [line for line in (content.more, content.still_open, content.quiet) if line]
    settled = tuple(Entry(one.title, _link(content, one.link), (f"{one.outcome} {one.effect}".strip(),)) for one in content.settled)
    parts = [
        Part("Dit speelt nu", (_whole(content, content.lead),) if content.lead else ()),
        Part("Dit speelt ook", tuple(_short(content, story) for story in content.rising)),
        *(Part(section.heading, tuple(Entry(lines=(line.text,)) for line in section.lines)) for section in content.sections),
        Part("Wat werd het?", settled),
        Part("Verder", tuple(Entry(lines=(line,)) for line in rest)),
        Part("Niet gehoord", tuple(Entry(lines=(line,)) for line in content.not_heard)),
    ]
    signed = f"{content.interpretation} {content.signed}".strip()
    clock = content.built_at.astimezone(settings().zone).strftime("%H:%M")
    return Sheet(
        kicker=content.heading or f"Luisterpost voor {content.name}, {day}",
        title=content.subject or "Luisterpost",
        opening=" ".join(filter(None, (content.opening, signed))),
        footer=f"Gemaakt om {clock}. Wat inwoners schreven staat hier zonder namen.",
        sections=tuple(part for part in parts if part.items),
    )


def _whole(content: DigestContent, story: Story) -> Entry:
    asked = content.ask.sentence if content.ask else story.proposal
    lines = [
        " ".join(filter(None, (story.figures, story.media, story.waiting))),
        asked,
        f"{story.why}: {story.reason}" if story.why else "",
    ]
    return Entry(
        title=story.title,
        link=_link(content, story.link, story.signal_id),
        lines=tuple(filter(None, lines)),
        quotes=tuple(Quoted(quote.text, quote.said) for quote in story.quotes),
        curve=story.curve,
        curve_words=story.curve_words,
    )


def _short(content: DigestContent, story: Story) -> Entry:
    return Entry(story.title, _link(content, story.link, story.signal_id), (story.figures,))


def _link(content: DigestContent, address: str, signal_id: int | None = None) -> str:
    item = f"signaal-{signal_id}" if signal_id else None
    return tagged(address, content.audience, content.kind, content.day, item, Medium.PDF)


def _plain(value: Any) -> Any:
    """Text of one line without signs that no paper has, however deep it stands."""
    if isinstance(value, str):
        return " ".join(printable(value).split())
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
