"""The example's exports are what municipal systems drop: awkward, and complete."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from classify.examples import Voice
from launcher.example import Scheduled, schedule
from launcher.inbox import NETWORKS, by_website, write_exports
from launcher.website import form
from models.settings import ROOT, settings

ANCHOR = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def messages() -> list[Scheduled]:
    return schedule(ROOT / "config" / "rivierstad" / "messages", ANCHOR, settings().zone)


@pytest.fixture(scope="module")
def inbox(messages: list[Scheduled], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write_exports(messages, folder, ANCHOR, settings().zone)
    return folder


def test_every_call_stands_in_an_export_and_the_exports_overlap(inbox: Path, messages: list[Scheduled]) -> None:
    numbers = Counter(
        row["Contactnummer"] for path in inbox.glob("kcc/*.csv") for row in csv.DictReader(path.open(encoding="cp1252"), delimiter=";")
    )
    assert set(numbers) == {f"KCC-{m.key}" for m in messages if m.example.voice is Voice.CALL}
    assert max(numbers.values()) == 2


def test_every_post_stands_in_the_webcare_export_and_direct_messages_are_marked_private(inbox: Path, messages: list[Scheduled]) -> None:
    rows = [
        row
        for path in inbox.glob("webcare/*.xlsx")
        for row in load_workbook(path, read_only=True).worksheets[0].iter_rows(min_row=2, values_only=True)
    ]
    assert {row[0] for row in rows} == {m.key for m in messages if m.example.voice in NETWORKS}
    assert {row[2] for row in rows if row[6] == "ja"} == {"Facebook Messenger"}


def test_every_form_stands_in_the_form_export_or_is_brought_by_the_new_website(inbox: Path, messages: list[Scheduled]) -> None:
    lines = [json.loads(line) for path in inbox.glob("formulieren/*.jsonl") for line in path.read_text().splitlines()]
    brought = [form(m)["id"] for m in messages if m.example.voice is Voice.FORM and by_website(m, ANCHOR)]
    exported = {line["kenmerk"] for line in lines}
    assert len(brought) > 10 and not exported & set(brought)
    assert exported | set(brought) == {f"F{m.key}" for m in messages if m.example.voice is Voice.FORM}


def test_nothing_half_written_lies_in_the_inbox(inbox: Path) -> None:
    assert list(inbox.rglob("*.part")) == []
