"""`luisterpost source`: a source is added by answering questions, tried without storing anything, read, and told about."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from ingest.setup.asking import questions
from ingest.sources import SourceEntry, load_sources
from luisterpost import app
from models import Message, Source
from tests.ingest.conftest import Post, post

__all__ = ["post"]
WHY = "waarom wij luisteren\npublieke taak\n90\nde redactie\n"
CSV = "Nr;Datum;Auteur;Bericht\n1;18-11-2026 14:05;piet_puk;bel 06-12345678, de bak is vol\n2;gisteren;jan;Lamp stuk\n"
COLUMNS = {"id": "Nr", "date": "Datum", "author": "Auteur", "text": "Bericht"}


def command(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["source", *words], input=typed)


def yaml(post: Post, text: str) -> Path:
    path = post.folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_source_is_added_by_answering_and_what_stood_there_stays(post: Post) -> None:
    before = (
        '# Waar wij luisteren\nsources:\n  - id: oud   # nog nodig\n    name: "Oud, #1"\n    kind: files\n    channel: social\n'
        "    path: oud/*\n    purpose: weten wat er speelt\n    legal_basis: publieke taak\n    retention_days: 9\n    audience: wij\n"
    )
    path = yaml(post, before)
    answers = f"oud\nwijkblog\nWijkblog Oost\nkrant\nnews\n{WHY}niet-een-adres\nhttps://blog.example/feed\n\n"
    result = command("add", "feed", typed=answers)
    assert result.exit_code == 0, result.output
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert after[len(before) :].strip().splitlines()[0] == "- id: wijkblog"
    assert "staat al in sources.yaml" in result.output and "Kies uit social" in result.output, "what did not fit was asked again"
    added = load_sources(post.folder)[1]
    assert (added.id, added.kind_name, added.retention_days) == ("wijkblog", "feed", 90)


def test_answers_can_be_given_beforehand_and_a_secret_is_only_named(post: Post) -> None:
    said = {"id": "masto", "name": "Mastodon", "channel": "social", "purpose": "weten", "legal_basis": "taak", "retention_days": "30"}
    said |= {"audience": "redactie", "base": "https://m.example", "hashtags": "rivierstad, haven", "token": "geheim123"}
    given = [word for field, value in said.items() for word in ("--set", f"{field}={value}")]
    result = command("add", "mastodon", *given, typed="\nenv:MASTODON_TOKEN\n")
    assert result.exit_code == 0, result.output
    assert "Schrijf het geheim zelf niet hier" in result.output
    written = (post.folder / "sources.yaml").read_text()
    assert "token: {env: MASTODON_TOKEN}" in written and "hashtags: [rivierstad, haven]" in written and "geheim123" not in written


@pytest.mark.parametrize("words", [["--set", "zomaar"], ["--set", "smaak=zoet"]])
def test_wrong_use_is_told_apart_from_a_refusal(post: Post, words: list[str]) -> None:
    assert command("add", "feed", *words).exit_code == 2


def test_a_file_with_a_mistake_in_it_is_not_written_to(post: Post) -> None:
    path = yaml(post, "sources:\n  - id: fout\n")
    result = command("add", "feed")
    assert result.exit_code == 1 and "regel 2" in result.output and path.read_text() == "sources:\n  - id: fout\n"


@pytest.mark.parametrize("kind", SourceEntry, ids=lambda kind: kind.__name__)
def test_every_kind_can_be_asked_for(kind: type) -> None:
    asked = questions(kind)
    assert {question.field for question in asked if question.required} >= {"id", "name", "channel", "purpose", "audience"}
    assert all(question.says for question in asked)


def test_check_shows_messages_as_they_would_be_stored_and_stores_nothing(post: Post, session: Session) -> None:
    post.source("files", path="inbox/*", columns=COLUMNS)
    post.drop("inbox/a.csv", CSV)
    result = command("check", "bron")
    assert result.exit_code == 0, result.output
    assert "bel [telefoon], de bak is vol" in result.output and "piet" not in result.output
    assert session.scalar(select(func.count()).select_from(Message)) == 0
    assert session.get_one(Source, "bron").cursor == {}
    assert command("check", "onbekend").exit_code == 1


def test_a_source_that_refuses_is_told_with_what_to_do(post: Post) -> None:
    post.source("feed", url="http://127.0.0.1:9/feed")
    result = command("check", "bron")
    assert result.exit_code == 1 and "eigen netwerk" in result.output and "allow_private" in result.output


def test_run_reads_and_says_what_was_left_out_and_status_tells_it_again(post: Post, session: Session) -> None:
    post.source("files", path="inbox/*", columns=COLUMNS)
    post.drop("inbox/a.csv", CSV)
    result = command("run", "bron")
    assert result.exit_code == 1 and "1 nieuw, 0 gewijzigd, 0 weg, 0 al bekend, 1 niet gelezen." in result.output
    post.source("files", "nieuw", path="nieuw/*")
    post.drop("nieuw/b.csv", CSV)
    assert "wacht tot iemand bevestigt" in command("run", "nieuw").output
    told = command("status")
    assert told.exit_code == 1
    assert "bron  De bron: deels gelukt" in told.output and "1 rij niet gelezen" in told.output
    assert "b.csv wacht tot iemand op de pagina Bronnen bevestigt" in told.output
    assert command("retry", "bron").output.strip() == "0 alsnog gelezen, 1 nog niet."
