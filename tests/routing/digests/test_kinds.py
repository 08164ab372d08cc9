"""The week, the half page and the letter's form."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models import Digest
from models.database import engine, transaction
from models.settings import settings
from models.tally import count_due
from models.words import DigestKind
from routing.digests.build import DigestError, build_due, render
from routing.digests.content import DigestContent
from routing.digests.kinds.weekly import moved
from tests.conftest import NOW
from tests.routing.conftest import LAMP, VOICES, Says, run

MONDAY = NOW + timedelta(days=4, hours=1)


def test_only_what_chance_does_not_explain_rose_or_fell() -> None:
    rose, fell = moved({"a": 41, "b": 6, "c": 4, "d": 11, "e": 0}, {"a": 5.0, "b": 4.0, "d": 10.0, "e": 12.0, "f": 3.0})
    assert [one.sub for one in rose] == ["a"]
    assert [one.sub for one in fell] == ["e"]
    assert moved({"new": 7}, {})[0][0].usual == 0.0
    assert moved({"few": 4}, {}) == ([], []), "four messages are chance"


def test_the_week_is_told_against_the_four_before(session: Session, bag_story: list[int], says: Says) -> None:
    for week in range(2, 6):
        for number in range(8):
            says("bladeren op het pad", "groen/bladeren", "bloemenwijk", at=MONDAY - timedelta(weeks=week) + timedelta(days=number / 2))
    run(NOW)
    build_due(NOW)
    run(MONDAY)
    build_due(MONDAY)
    session.rollback()
    report = session.scalars(select(Digest).where(Digest.kind == DigestKind.WEEKLY)).one()
    content = DigestContent.model_validate(report.content)
    told = {section.heading: [line.text for line in section.lines] for section in content.sections}
    assert report.day == MONDAY.date()
    assert content.heading == "Omgevingsbericht van week 47 voor Redactie"
    assert told["Steeg"] == ["Zakken en spullen naast containers: 30 berichten, gewoonlijk 1 per week."]
    assert told["Daalde"] == ["Bladeren: 0 berichten, gewoonlijk 8 per week."]
    assert told["Gevraagd"] == ["11 vragen, waarvan 0 beantwoord."]
    assert len(report.subject) <= 42
    assert "newsroom" in render(session, "newsroom", MONDAY.date(), "json", kind=DigestKind.WEEKLY)


def test_the_executive_reads_half_a_page(session: Session, bag_story: list[int], says: Says) -> None:
    text_of = "Wij willen het buurthuis open houden, teken ook de petitie tegen de sluiting van ons buurthuis in deze mooie wijk"
    for number in range(12):
        says(f"{text_of}", "bestuur-en-participatie/inspraak", "bloemenwijk", hours_ago=1 + number / 4)
    run()
    build_due(NOW)
    said = render(session, "executive", NOW.date(), "text", kind=DigestKind.EXECUTIVE)
    assert len([word for word in said.split() if "://" not in word]) <= 130
    assert "Zakken en spullen naast containers in Havenkwartier" in said
    assert "Ligt bij Reiniging en Afval." in said
    with pytest.raises(DigestError, match="geen bestuursbericht voor Redactie"):
        render(session, "newsroom", NOW.date(), "text", NOW, DigestKind.EXECUTIVE)


def test_a_quiet_day_is_half_a_line_for_the_executive(session: Session, says: Says) -> None:
    says("lamp uit", LAMP, "bloemenwijk")
    run()
    build_due(NOW)
    assert session.scalar(select(Digest.subject).where(Digest.audience == "executive")) == "Niets dat het college raakt"


class Page(HTMLParser):
    """What a mail program sees of a letter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_a_letter_is_right_for_every_mail_program(session: Session, says: Says) -> None:
    for voice in VOICES:
        says(f'<img src=x onerror=alert(1)> & "au" </td> {voice}')
        says(f"{voice} <b>vet</b>", LAMP, "bloemenwijk")
    run()
    build_due(NOW)
    html = render(session, "newsroom", NOW.date(), "html")
    page = Page(html)
    assert not [tag for tag, _ in page.tags if tag.startswith("mj")], "all of it is compiled"
    assert page.of("html")[0]["lang"] == "nl"
    assert len(page.of("h1")) == 1
    assert page.of("img") == page.of("script") == page.of("b") == []
    assert all((link["href"] or "").startswith("http") for link in page.of("a"))
    assert any("mtm_campaign=dagbericht-newsroom" in (link["href"] or "") for link in page.of("a"))
    assert any("/terugmelding/" in (link["href"] or "") for link in page.of("a")) or "Nuttig" not in html
    assert "color-scheme" in html
    assert "prefers-color-scheme: dark" in html
    assert re.search(r"max-width:\s*600px", html)
    assert all(int(width) <= 600 for width in re.findall(r'width="(\d+)"', html))
    assert "&lt;img" in html
    preview = re.search(r"display:none[^>]*>([^<]+)<", html)
    assert preview is not None
    assert "berichten sinds gisteren" in preview[1]


def test_no_digest_reads_the_messages_as_a_whole(session: Session, says: Says) -> None:
    for voice in VOICES:
        says(voice)
    run()
    with transaction() as other:
        other.execute(
            text(
                "INSERT INTO message (source_id, channel, text, published_at, received_at, annotation_due) SELECT 'kcc', 'contact_centre', "
                "'vroeger', :now - make_interval(hours => n), :now, false FROM generate_series(200, 20200) n"
            ),
            {"now": NOW},
        )
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    count_due(NOW, settings().zone)
    before = _whole_readings()
    assert build_due(NOW) == 14
    assert _whole_readings() == before


def _whole_readings() -> int:
    with engine().connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        return connection.scalar(text("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'message'")) or 0
