"""English by a switch: everything of ours is translated, what residents and the municipality wrote stays Dutch and says so."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboards.words import catalogue, notation
from models import HeldStandUp
from models.language import Language, _, speaking, spoken
from models.words import Role, TicketStatus
from routing.answers.first_text import first_text
from tests.conftest import NOW
from tests.dashboards.conftest import PEOPLE, SignIn, csrf_of
from tests.dashboards.routes import NOT_OPENED, filled, pages

NAME = re.compile(r"%\(\w+\)[a-z]|%%")
TELLING = 14
"""A piece of a Dutch text at least this long is looked for anywhere in a page; what is shorter has to stand by itself."""
READ = {"alt", "aria-label", "title", "placeholder", "summary"}
"""Attributes that are read to people."""
SILENT = {"script", "style"}
EMPTY = {"br", "img", "input", "link", "meta", "source", "wbr", "hr"}


class Said(HTMLParser):
    """What a page says in the language that it is in: its texts and spoken attributes, without what is marked as Dutch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language = ""
        self._open: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "html":
            self.language = given.pop("lang", "") or ""
        within = bool(self._open) and self._open[-1]
        silent = tag in SILENT or (given["lang"] != "en" if "lang" in given else within)
        if not silent:
            self.texts += [value for name, value in given.items() if name in READ and value]
        if tag not in EMPTY:
            self._open.append(silent)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not (self._open and self._open[-1]):
            self.texts.append(text)


@pytest.fixture(scope="module")
def written() -> Catalog:
    return catalogue.written()


def needles(written: Catalog) -> tuple[frozenset[str], frozenset[str]]:
    """Dutch that stands by itself, and telling pieces of longer texts; what is the same in English is neither."""
    whole: set[str] = set()
    pieces: set[str] = set()
    english: set[str] = set()
    for message in written:
        ours, theirs = ([text] if isinstance(text, str) else list(text or ()) for text in (message.id, message.string))
        for text, said in zip(ours, theirs, strict=False):
            english.add(said)
            whole |= {text} if said != text and "%" not in text and len(text) > 2 else set()
            cut = (piece.strip() for piece in NAME.split(re.sub(r"<[^>]+>", "%%", text)))
            pieces |= {piece for piece in cut if len(piece) >= TELLING and " " in piece and piece not in said}
    return frozenset(whole - english), frozenset(pieces)


def test_every_text_has_its_english(written: Catalog) -> None:
    assert catalogue.check(written) == [], "run `make translate`, and write the English beside what is new"


def test_a_text_that_is_missing_or_fills_in_something_else_is_found() -> None:
    wrong = catalogue.written()
    for message in wrong:
        if message.id == "Week %(number)s":
            message.string = "Week %(week)s"
        elif message.id == "Vandaag":
            message.string = ""
    wrong.delete("Bewaren")
    found = "\n".join(catalogue.check(wrong))
    assert all(text in found for text in ("Week %(week)s", "Engels: 'Vandaag'", "niet in: 'Bewaren'")) and found.count("\n") == 2


def test_no_page_in_english_has_dutch_of_ours_left(
    app: FastAPI, as_person: SignIn, written: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PEOPLE, "Robin", (Role.ADMINISTRATOR, None))
    client = as_person("Robin")
    whole, pieces = needles(written)
    left, read = [], 0
    opened = [route for route in pages(app) if "GET" in route.methods and "." not in route.path and route.path not in NOT_OPENED]
    for path in map(filled, opened):
        answer = client.get(path, params={"lang": "en"})
        if "Content-Language" not in answer.headers:
            continue
        said = Said(answer.text)
        read += answer.status_code == 200
        assert (path, said.language, answer.headers["content-language"]) == (path, "en", "en")
        left += [(path, text) for text in said.texts if text in whole or any(piece in text for piece in pieces)]
    assert left == []
    assert read >= 30


def test_the_switch_keeps_the_page_and_its_question_and_is_remembered(as_person: SignIn) -> None:
    client = as_person("redactie")
    dutch = client.get("/signalen?stand=alle&thema=afval")
    assert ('<html lang="nl"' in dutch.text, dutch.headers["content-language"], "set-cookie" in dutch.headers) == (True, "nl", False)
    assert 'href="?stand=alle&amp;thema=afval&amp;lang=en" lang="en" hreflang="en"' in dutch.text
    english = client.get("/signalen?stand=alle&thema=afval&lang=en")
    assert '<html lang="en"' in english.text and "All neighbourhoods" in english.text
    assert 'href="?stand=alle&amp;thema=afval&amp;lang=nl" lang="nl"' in english.text
    assert "cookie" in english.headers["vary"].lower()
    assert "Signals" in client.get("/signalen").text
    client.get("/?lang=nl")
    assert "Signalen" in client.get("/signalen?lang=xx").text


def test_after_a_refused_form_the_switch_leads_back_to_its_page(as_person: SignIn) -> None:
    client = as_person("redactie")
    client.get("/?lang=en")
    refused = client.post("/crisis", data={"_csrf": "x"}, headers={"Referer": "http://testserver//crisis?a=1"})
    assert "This form has expired." in refused.text
    assert 'href="/crisis?a=1&amp;lang=nl"' in refused.text
    assert 'href="/?lang=nl"' in client.post("/crisis", data={"_csrf": "x"}, headers={"Referer": "http://elsewhere.example/x"}).text


def test_a_page_that_breaks_says_so_in_the_visitors_language(app: FastAPI, stranger: TestClient) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    app.add_api_route("/stuk", broken)
    answer = stranger.get("/stuk?lang=en")
    assert (answer.status_code, answer.headers["content-language"]) == (500, "en")
    assert "Something went wrong here, and that is our fault." in answer.text


def test_two_visitors_at_once_each_read_their_own_language(app: FastAPI) -> None:
    def read(language: str) -> set[str]:
        with TestClient(app) as client:
            return {client.get("/aanmelden", params={"lang": language}).headers["content-language"] for _again in range(10)}

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, ["en", "nl", "en", "nl"])) == [{"en"}, {"nl"}, {"en"}, {"nl"}]
    assert spoken() is Language.DUTCH


def test_what_is_kept_is_dutch_whoever_kept_it(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    form = {"_csrf": csrf_of(client.get("/?lang=en").text), "wie": "Mirjam, Joost"}
    assert client.post("/stand-up/aanwezig", data=form).status_code == 303
    kept = seeded.scalars(select(HeldStandUp)).one().content["in_short"]
    assert "berichten sinds gisteren" in kept
    assert "messages since yesterday" in client.get("/").text
    with speaking(Language.ENGLISH):
        assert "Havenkwartier en Oude Haven" in first_text("Zakken", ["Havenkwartier", "Oude Haven"], 3, None)


def test_numbers_days_and_spans_are_written_as_the_british_do() -> None:
    with speaking(Language.ENGLISH):
        assert (notation.number(1204), notation.decimal(4.26), notation.usual(0.2)) == ("1,204", "4.3", "less than 1")
        assert notation.moment(NOW).startswith("Thu 19 Nov") and notation.day(NOW) == "Thursday 19 November"
        assert (notation.plural(1, "bericht", "berichten"), notation.plural(2, "bericht", "berichten")) == ("1 message", "2 messages")
        assert notation.listed(["a", "b", "c"]) == "a, b and c"
        assert notation.ago(NOW - timedelta(hours=3), NOW) == "3 hours ago"
        assert notation.word(TicketStatus.SETTLED) == "settled"
        assert _("Dat is meer dan 20%%.") == "That is more than 20%."
    assert notation.number(1204) == "1.204"
