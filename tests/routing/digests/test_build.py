"""Digests: who gets one, when, and what it says first."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Delivery, Department, Digest
from models.database import transaction
from models.municipality import Municipality
from models.words import DeliveryWay
from routing.digests.build import DigestError, build_due, render
from routing.digests.letters import shortened
from tests.conftest import NOW
from tests.routing.conftest import LAMP, VOICES, Says, run

DAY = NOW.date()
EARLY = NOW.replace(hour=3)


def subjects(session: Session) -> dict[str, str]:
    return {row.audience: row.subject for row in session.scalars(select(Digest))}


def test_every_audience_gets_its_first_digest_as_soon_as_there_are_signals(session: Session, says: Says) -> None:
    assert build_due(EARLY) == 0
    says()
    run(EARLY)
    assert build_due(EARLY) == 14
    assert build_due(NOW + timedelta(hours=5)) == 0
    assert session.scalar(select(func.count()).select_from(Delivery)) == 14


def test_a_first_digest_waits_until_what_came_in_is_understood_and_routed(session: Session, says: Says) -> None:
    says()
    assert build_due(NOW + timedelta(hours=3)) == 0
    run(NOW + timedelta(hours=3))
    assert build_due(NOW + timedelta(hours=3)) == 14


def test_afterwards_each_has_its_own_hour(session: Session, says: Says) -> None:
    says()
    run(EARLY)
    build_due(EARLY)
    tomorrow = EARLY + timedelta(days=1)
    assert build_due(tomorrow) == 0
    assert build_due(tomorrow.replace(hour=6, minute=5)) == 1, "Reiniging reads at seven"
    assert build_due(tomorrow.replace(hour=6, minute=35)) == 2
    assert build_due(tomorrow.replace(hour=12), everyone=True) == 11


def test_the_department_that_cleans_reads_first_what_is_asked_of_it(session: Session, bag_story: list[int]) -> None:
    run()
    build_due(NOW)
    subject = subjects(session)["reiniging"]
    assert subject == "Zakken naast containers, Havenkwartier: 18"
    text = render(session, "reiniging", DAY, "text")
    assert text.index("Ga kijken in Havenkwartier en Oude Haven") < text.index("Waarom bij u")
    assert "/tickets/1" in text
    assert "regel 'afval-piek'" in text
    assert len([word for word in text.split() if "://" not in word]) <= 270
    assert "<!doctype html>" in render(session, "reiniging", DAY, "html").lower()
    assert json.loads(render(session, "reiniging", DAY, "json"))["lead"]["title"].startswith("Zakken")


def test_the_newsroom_reads_the_same_story_as_the_stand_up_page(session: Session, bag_story: list[int]) -> None:
    run()
    build_due(NOW)
    text = render(session, "newsroom", DAY, "text")
    assert "sinds gisteren 08:45" in text
    assert "Bespreek dit in de stand-up." in text
    assert "Waarom bij Reiniging en Afval" in text


def test_a_quiet_day_says_so_in_a_line(session: Session, says: Says) -> None:
    says("Lantaarn uit", LAMP, "bloemenwijk")
    run()
    build_due(NOW)
    assert subjects(session)["belastingen"] == "Rustig: geen berichten"
    assert subjects(session)["openbare-ruimte"] == "Rustig: 1 bericht, niets bijzonders"
    assert "Rustig: 1 los bericht over lantaarn kapot, zoals altijd." in render(session, "openbare-ruimte", DAY, "text")


def test_what_a_resident_wrote_cannot_become_markup(session: Session, says: Says) -> None:
    for voice in VOICES:
        says(f'<script>alert(1)</script> & "au" <mj-raw> \x07 {voice}')
    run()
    build_due(NOW)
    html = render(session, "reiniging", DAY, "html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_department_without_address_finds_its_digest_on_the_mail_page(
    session: Session, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.settings import settings

    monkeypatch.setenv("LUISTERPOST_SMTP_URL", "smtp://127.0.0.1:1")
    settings.cache_clear()
    with transaction() as other:
        other.get_one(Department, "groen").email = None
    says()
    run()
    build_due(NOW)
    ways = {row.key.split("/")[1]: row.way for row in session.scalars(select(Delivery))}
    assert ways["groen"] is DeliveryWay.PAGE
    assert ways["reiniging"] is DeliveryWay.SMTP
    settings.cache_clear()


def test_one_department_in_trouble_stops_no_other(session: Session, bag_story: list[int]) -> None:
    run()
    with transaction() as other:
        other.connection().exec_driver_sql("ALTER TABLE digest ADD CONSTRAINT no_green CHECK (audience <> 'groen')")
    with pytest.raises(DigestError, match="Groen en Ecologie"):
        build_due(NOW)
    assert len(subjects(session)) == 13


def test_today_can_be_read_before_its_hour_and_other_days_only_if_they_were_built(session: Session, says: Says) -> None:
    says()
    run(EARLY)
    assert "Luisterpost voor Reiniging en Afval" in render(session, "reiniging", DAY, "text", EARLY)
    assert session.scalar(select(func.count()).select_from(Digest)) == 0
    with pytest.raises(DigestError, match="geen dagbericht"):
        render(session, "reiniging", DAY - timedelta(days=3), "text", EARLY)


def test_an_unknown_audience_is_named(session: Session, town: Municipality) -> None:
    with pytest.raises(DigestError, match="'reinigin' bestaat niet"):
        render(session, "reinigin", DAY, "text", NOW)


@given(st.text(max_size=200), st.integers(10, 100))
def test_a_subject_is_one_line_of_at_most_so_many_characters(line: str, most: int) -> None:
    short = shortened(line, most)
    assert len(short) <= most
    assert len(short.splitlines()) <= 1
