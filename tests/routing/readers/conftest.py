"""Digests that went, and who reads them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from models import Digest, Reader
from models.municipality import Municipality
from models.words import DeliveryWay, DigestKind
from routing.digests.content import Ask, DigestContent, QuoteLine, Settled, Story
from tests.conftest import NOW

BASE = "http://127.0.0.1:8600"


def story(
    signal_id: int, sub: str = "afval/bijplaatsing", *places: str, title: str = "", urgent: bool = False, rises: bool = True
) -> Story:
    """A signal as a digest tells it."""
    return Story(
        signal_id=signal_id,
        sub=sub,
        places=places,
        title=title or f"Verhaal {signal_id}",
        figures="41 berichten van 37 mensen, gewoonlijk 5.",
        urgent=urgent,
        rises=rises,
        why="Waarom bij u",
        reason="Thema Afval (regel 'afval-piek').",
        ask=Ask(sentence=f"Ga kijken bij {signal_id}.", button="Bekijk en pak op", link=f"{BASE}/tickets/{signal_id}"),
        quotes=(QuoteLine(text="Pas werkt niet & <b>weer</b> zo'n berg 🗑️", said="Facebook"),),
        curve=(0, 1, 5, 41),
        curve_words="Berichten per dag, 4 dagen: hoogste 41, vandaag tot nu toe 41.",
        link=f"{BASE}/signalen/{signal_id}",
    )


def content(*stories: Story, kind: DigestKind = DigestKind.DAILY, audience: str = "reiniging", built_at: datetime = NOW) -> DigestContent:
    """What an audience is told, in this order."""
    return DigestContent(
        audience=audience,
        name="Reiniging en Afval",
        kind=kind,
        day=built_at.date(),
        built_at=built_at,
        subject="Zakken in Havenkwartier: 41 berichten",
        heading="Luisterpost voor Reiniging en Afval",
        opening="60 berichten in 24 uur, waarvan dit opvalt.",
        ask=stories[0].ask if stories else None,
        lead=stories[0] if stories else None,
        rising=stories[1:],
        settled=(Settled(title="Lantaarn", outcome="Gemaakt.", effect="Was 3 per dag, nu 0.", link=f"{BASE}/tickets/9"),),
        quiet="Verder rustig.",
        not_heard=("Wijkblog: geen berichten in 24 uur.",),
        page=f"{BASE}/afdelingen/{audience}",
        footer="U krijgt dit bericht omdat uw afdeling hier elke dag leest.",
    )


Goes = Callable[..., Digest]
Reads = Callable[..., Reader]


@pytest.fixture
def goes(session: Session, town: Municipality) -> Goes:
    """A digest goes to its readers."""

    def go(told: DigestContent, at: datetime = NOW, slot: str = "") -> Digest:
        digest = Digest(
            audience=told.audience,
            kind=told.kind,
            day=told.day,
            slot=slot,
            subject=told.subject,
            content=told.model_dump(mode="json"),
            html="",
            text="",
            built_at=told.built_at,
            goes_at=at,
            gone_at=at,
        )
        session.add(digest)
        session.commit()
        return digest

    return go


@pytest.fixture
def reads(session: Session, town: Municipality) -> Reads:
    """Somebody reads the digests of the cleaning department, with these wishes."""

    def read(recipient: str = "s.devries@rivierstad.example", audience: str = "reiniging", **wishes: object) -> Reader:
        reader = Reader(audience=audience, recipient=recipient, created_at=NOW, **{"way": DeliveryWay.SMTP, "confirmed_at": NOW, **wishes})
        session.add(reader)
        session.commit()
        return reader

    return read
