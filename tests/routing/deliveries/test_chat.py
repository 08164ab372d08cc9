"""Chat and paging through apprise, against loopback servers in the shapes of the services; the address is a secret everywhere."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery
from models.database import transaction
from models.settings import settings
from models.words import DeliveryStatus, DeliveryWay
from routing.deliveries.address import Address
from routing.deliveries.chat.brief import SENTENCE, TITLE, WHOLE, brief
from routing.deliveries.deliver import Counts, deliver_due
from routing.deliveries.outbox import put
from routing.digests.letters import Letter
from tests.conftest import NOW
from tests.site import Answer, Site, serving

SECRET = "3ccdd113474722377935511fc85d3dd4"
LETTER = Letter("Dringend: bijna-ongeluk bij de school", "<p>x</p>", 'Een bewoner schreef:\n"mijn dochter werd bijna aangereden"\n')
SAID = "Vier meldingen in een uur, gewoonlijk geen."


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        running.say["*"] = Answer.json({"ok": True})
        yield running


class Channels:
    """channels.yaml of a test, with one channel that is called `piket`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._patch = folder, monkeypatch

    def set(self, address: str, **more: Any) -> None:
        self._patch.setenv("PIKET_URL", address)
        entry = {"url": {"env": "PIKET_URL"}, "purpose": "wie piket heeft"} | more
        with (self._folder / "channels.yaml").open("w", encoding="utf-8") as file:
            YAML(typ="safe").dump({"channels": {"piket": entry}}, file)


@pytest.fixture
def channels(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channels]:
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(tmp_path))
    settings.cache_clear()
    yield Channels(tmp_path, monkeypatch)
    settings.cache_clear()


def call(key: str = "alarm/1", letter: Letter = LETTER) -> None:
    with transaction() as session:
        put(session, key, letter, Address(DeliveryWay.CHAT, "piket"), NOW, brief=SAID)


def only(session: Session) -> Delivery:
    session.expire_all()
    return session.scalars(select(Delivery)).one()


def said(site: Site) -> str:
    """What arrived there, whatever its shape."""
    return "\n".join(json.dumps(json.loads(asked.body), ensure_ascii=False) for asked in site.asked if asked.body)


@pytest.mark.parametrize("service", ["mattermost", "matrix as slack", "json"])
def test_a_channel_gets_the_title_one_sentence_and_a_link_and_no_words_of_residents(
    session: Session, channels: Channels, site: Site, service: str
) -> None:
    host = site.url.removeprefix("http://")
    addresses = {
        "mattermost": f"mmost://{host}/{SECRET}",
        "matrix as slack": f"matrix://{SECRET}@{host}?mode=slack",
        "json": f"json://{host}/{SECRET}",
    }
    channels.set(addresses[service])
    call()
    assert deliver_due(NOW) == Counts(sent=1)
    told = said(site)
    assert "bijna-ongeluk" in told
    assert SAID in told
    assert "/post/" in told
    assert "dochter" not in told
    assert only(session).status is DeliveryStatus.SENT


def test_where_quotes_may_go_the_letter_goes_as_far_as_it_fits(session: Session, channels: Channels, site: Site) -> None:
    channels.set(f"json://{site.url.removeprefix('http://')}", quotes=True)
    call(letter=Letter("Kop", "x", "eerste regel\n" + "regel die lang is\n" * 400))
    assert deliver_due(NOW) == Counts(sent=1)
    assert "eerste regel" in said(site)
    assert len(said(site)) < WHOLE + 600


def test_the_short_form_is_bounded() -> None:
    row = Delivery(id=7, key="k", subject="Kop " * 100, text="woord " * 2000, html="", brief="zin " * 500, ticket_id=42)
    short, whole = (brief(row, "https://luisterpost.example/", quotes) for quotes in (False, True))
    assert len(short.title) <= TITLE
    assert len(short.body) <= SENTENCE + 60
    assert len(whole.body) <= WHOLE + 60
    assert short.body.endswith("https://luisterpost.example/tickets/42")


@pytest.mark.parametrize(
    ("status", "counts", "words"),
    [
        (401, Counts(waiting=1), "kent ons niet meer (401)"),
        (404, Counts(waiting=1), "kent ons niet meer (404)"),
        (400, Counts(dead=1), "weigert dit bericht (400)"),
        (429, Counts(waiting=1), "vraagt om rustiger aan te doen"),
        (302, Counts(waiting=1), "verwijst door"),
        (500, Counts(waiting=1), "heeft een storing (500)"),
    ],
)
def test_what_a_service_answers_is_said_in_dutch(
    session: Session, channels: Channels, site: Site, status: int, counts: Counts, words: str
) -> None:
    channels.set(f"mmost://{site.url.removeprefix('http://')}/{SECRET}")
    site.say["*"] = Answer(b"no", status, {"Location": f"{site.url}/elders"})
    call()
    assert deliver_due(NOW) == counts
    assert words in only(session).problem
    assert not any(asked.path == "/elders" for asked in site.asked)


def test_a_channel_out_of_order_is_tried_once_a_run(session: Session, channels: Channels, site: Site) -> None:
    channels.set(f"mmost://{site.url.removeprefix('http://')}/{SECRET}")
    site.bend = lambda asked, answer: Answer(status=503)
    for number in range(5):
        call(f"alarm/{number}")
    assert deliver_due(NOW) == Counts(waiting=1)
    site.bend = lambda asked, answer: answer
    assert deliver_due(NOW + timedelta(minutes=5)) == Counts(sent=5)


def test_the_address_is_in_no_table_log_or_error(
    session: Session, channels: Channels, site: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    site.bend = lambda asked, answer: Answer(asked.path.encode(), 500)
    for address in (f"mmost://{site.url.removeprefix('http://')}/{SECRET}", f"mmost://127.0.0.1:1/{SECRET}", f"onzin://{SECRET}"):
        channels.set(address)
        call()
        deliver_due(NOW + timedelta(days=1))
        row = only(session)
        assert SECRET not in " ".join(str(getattr(row, column.name)) for column in row.__table__.columns)
        with transaction() as other:
            other.delete(other.get_one(Delivery, row.id))
    printed = capfd.readouterr()
    assert SECRET not in caplog.text + printed.out + printed.err


@pytest.mark.parametrize(("address", "words"), [("", "PIKET_URL is leeg"), ("onzin://x", "bevat geen adres dat apprise kent")])
def test_a_channel_without_a_good_address_says_where_it_belongs(session: Session, channels: Channels, address: str, words: str) -> None:
    channels.set(address)
    call()
    assert deliver_due(NOW) == Counts(waiting=1)
    assert words in only(session).problem


def test_a_channel_that_nobody_wrote_down_is_named(session: Session, channels: Channels) -> None:
    call()
    assert deliver_due(NOW) == Counts(waiting=1)
    assert "Er is geen kanaal 'piket' in channels.yaml" in only(session).problem


def test_a_service_that_drips_is_left_for_later(session: Session, channels: Channels, site: Site) -> None:
    channels.set(f"json://{site.url.removeprefix('http://')}?rto=1&cto=1")
    site.bend = lambda asked, answer: Answer(b"x" * 30, headers={"Content-Type": "text/plain"}, drip=2.0)
    call()
    assert deliver_due(NOW) == Counts(waiting=1)
    assert "niet bereikbaar" in only(session).problem
