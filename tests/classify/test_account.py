"""The open account: measured figures, in the shape that docs/ shows, and within what the Algorithm Register takes."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError

from classify.account import CARD, ENTRY, ENTRY_TEXT, PLOT, write_account
from classify.card import FAIRNESS, Bin, group
from classify.examples import read
from classify.register import TITLES, Entry
from models.municipality import Municipality
from models.settings import ROOT
from tests.classify.learning import small_model
from tests.conftest import NOW


@pytest.fixture(scope="module")
def written(rivierstad: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("account")
    assert [path.name for path in write_account(small_model(), 34, rivierstad, folder, NOW)] == [CARD, PLOT, ENTRY, ENTRY_TEXT]
    return folder


def headings(path: Path) -> list[str]:
    return re.findall(r"^#+ .*", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", [CARD, ENTRY_TEXT])
def test_docs_hold_an_account_of_today_s_shape(written: Path, name: str) -> None:
    assert headings(ROOT / "docs" / name) == headings(written / name)


def test_docs_hold_an_entry_with_today_s_fields(written: Path) -> None:
    told, now = json.loads((ROOT / "docs" / ENTRY).read_text()), json.loads((written / ENTRY).read_text())
    assert list(told) == list(now)
    Entry.model_validate(told)


def test_the_card_tells_of_every_theme_and_every_kind_of_speaker(written: Path, rivierstad: Municipality) -> None:
    card = (written / CARD).read_text(encoding="utf-8")
    for slug, theme in rivierstad.themes.themes.items():
        assert f"| {theme.name} |" in card, slug
    for speaker in ("standaardtaal", "nieuw in het Nederlands", "streektaal", "enkele woorden"):
        assert re.search(rf"\| {speaker} \| \d+% \| \d+% en \d+% \| 30 \|", card), speaker
    assert "34 berichten die medewerkers beoordeelden" in card


def test_the_plot_is_a_drawing_that_browsers_read(written: Path) -> None:
    assert ElementTree.fromstring((written / PLOT).read_text()).tag.endswith("svg")


def test_the_entry_has_every_field_of_the_standard_a_name_and_keeps_its_limits(written: Path) -> None:
    assert set(TITLES) == set(Entry.model_fields)
    entry = json.loads((written / ENTRY).read_text())
    with pytest.raises(ValidationError):
        Entry.model_validate({**entry, "description_short": "x" * 351})
    with pytest.raises(ValidationError):
        Entry.model_validate({**entry, "status": "Misschien"})
    assert {"name", "description_short", "organization", "status", "contact_email", "publication_category", "lang"} <= set(entry)
    assert entry["organization"] == "Gemeente Rivierstad"


def test_the_fairness_stories_are_the_same_for_every_speaker() -> None:
    told = [[(s.themes, s.kind, s.urgent) for s in read(path)] for path in sorted(FAIRNESS.glob("*.txt"))]
    assert len(told) == 4
    assert all(stories == told[0] for stories in told)
    texts = [story.text for path in FAIRNESS.glob("*.txt") for story in read(path)]
    assert len(set(texts)) == len(texts)


def test_bounds_are_wide_for_few() -> None:
    few, many = group("few", [True] * 9 + [False]), group("many", [True] * 900 + [False] * 100)
    assert (few.right, many.right) == (0.9, 0.9)
    assert few.low < 0.6 < 0.87 < many.low
    assert Bin(0.5, 0.4, 3).messages == 3
