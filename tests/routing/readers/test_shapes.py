"""A digest as a feed and on paper."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from routing.digests.content import DigestContent
from routing.readers.shapes.feed import feed_behind, feed_link
from routing.readers.shapes.wall import pdf
from tests.conftest import NOW
from tests.routing.readers.conftest import Goes, content, story

ATOM = "{http://www.w3.org/2005/Atom}"
DANGEROUS = story(7, title="Zakken <script>alert(1)</script> #panic() $x$ *ja*")


def feed(session: Session) -> str:
    token = feed_link(session, "reiniging").rsplit("/", 1)[1].removesuffix(".atom")
    return feed_behind(session, token).xml


def test_a_feed_is_well_formed_and_holds_what_rfc_4287_asks(session: Session, goes: Goes) -> None:
    goes(content(story(1), story(2)))
    goes(content(DANGEROUS, built_at=NOW + timedelta(days=1)), NOW + timedelta(days=1))
    xml = feed(session)
    parsed = feedparser.parse(xml.encode())
    assert parsed.bozo is False
    assert parsed.version == "atom10"
    assert [entry.id for entry in parsed.entries] == [f"tag:127.0.0.1,2026:digest/reiniging/daily/2026-11-{day}" for day in (20, 19)]
    root = ElementTree.fromstring(xml)
    for node in (root, *root.findall(f"{ATOM}entry")):
        assert {child.tag.removeprefix(ATOM) for child in node} >= {"id", "title", "updated", "link"}
        assert node.find(f"{ATOM}updated").text.endswith("+00:00")  # type: ignore[union-attr]


def test_what_a_resident_wrote_is_text_in_a_feed(session: Session, goes: Goes) -> None:
    goes(content(DANGEROUS))
    html = ElementTree.fromstring(feed(session)).find(f"{ATOM}entry/{ATOM}content").text  # type: ignore[union-attr]
    assert html is not None
    assert "<script>" not in html
    assert "Zakken &lt;script&gt;" in html
    assert "&lt;b&gt;weer&lt;/b&gt;" in html


def test_links_in_a_feed_are_counted_as_the_feeds(session: Session, goes: Goes) -> None:
    goes(content(story(1)))
    xml = feed(session)
    assert "mtm_medium=feed" in xml
    assert "mtm_medium=email" not in xml
    assert "/terugmelding/" in xml
    assert "/afmelden/" not in xml


def test_an_entry_keeps_its_number_when_an_editor_changed_it(session: Session, goes: Goes) -> None:
    digest = goes(content(story(1)))
    before = feedparser.parse(feed(session)).entries[0]
    digest.edited_at = NOW + timedelta(hours=1)
    session.commit()
    after = feedparser.parse(feed(session)).entries[0]
    assert (before.id, before.published) == (after.id, after.published)
    assert before.updated < after.updated


def test_a_feed_without_digests_is_a_feed(session: Session, goes: Goes) -> None:
    parsed = feedparser.parse(feed(session))
    assert (parsed.bozo, parsed.entries, parsed.feed.title) == (False, [], "Luisterpost voor Reiniging en Afval")


def test_control_characters_do_not_break_a_feed(session: Session, goes: Goes) -> None:
    goes(content(story(1, title="Zakken\x0b\x1f￾ overal")))
    assert feedparser.parse(feed(session)).bozo is False


def read(told: DigestContent) -> tuple[PdfReader, str]:
    paper = PdfReader(BytesIO(pdf(told)))
    return paper, "\n".join(page.extract_text() for page in paper.pages)


def test_paper_says_what_the_letter_says_and_reads_none_of_it_as_markup() -> None:
    paper, text = read(content(DANGEROUS, story(2)))
    for words in ("Zakken <script>alert(1)</script> #panic() $x$ *ja*", "41 berichten van 37 mensen", "Verhaal 2", "Lantaarn", "Wijkblog"):
        assert words in " ".join(text.split())
    assert len(paper.pages) == 1
    assert paper.pages[0].mediabox.width == pytest.approx(595, abs=1)


def test_paper_is_tagged_in_dutch_and_titled_for_who_cannot_see_it() -> None:
    paper, _ = read(content(story(1).model_copy(update={"quotes": ()}), story(2)))
    root: Any = paper.trailer["/Root"]
    assert root["/Lang"].startswith("nl")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert paper.metadata is not None and paper.metadata.title == "Zakken in Havenkwartier: 41 berichten"
    assert "pdfuaid" in root["/Metadata"].get_data().decode()


def test_links_on_paper_are_counted_as_papers() -> None:
    paper, _ = read(content(story(1)))
    notes: Any = paper.pages[0]["/Annots"]
    addresses = [str(note.get_object()["/A"]["/URI"]) for note in notes]
    assert addresses
    assert all("mtm_medium=pdf" in address for address in addresses)


@pytest.mark.parametrize("words", ["中文 مرحبا 🗑️😡", "a\x00b\ud83dc", "", "x" * 3000, "woord " * 900])
def test_whatever_residents_write_comes_on_paper(words: str) -> None:
    told = content(story(1).model_copy(update={"title": words or " ", "reason": words}))
    assert read(told)[0].pages


def test_the_same_digest_is_the_same_file() -> None:
    assert pdf(content(story(1))) == pdf(content(story(1)))
