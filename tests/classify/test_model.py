"""Keeping a model, and refusing what is none."""

import os
import zipfile
from pathlib import Path

import pytest
import skops.io

from classify.examples import Example, Voice
from classify.lexicon import NONE, LexiconError, read_lexicon
from classify.model import Model, ModelError, read, write
from classify.training import ensure_model, train
from models.words import Kind


def small_corpus() -> list[Example]:
    said = {
        "afval/grofvuil": [
            "bank ophalen",
            "matras aan straat",
            "oude kast weg",
            "afspraak bank",
            "matras ophalen kast",
            "kast bank matras",
        ],
        "dieren/honden": ["hond los", "losse hond in park", "hond bijt", "honden aan de lijn", "hond blaft los", "lijn hond park"],
        "": ["goedemorgen", "lekker weer", "wat een wedstrijd", "lekker goedemorgen", "weer een wedstrijd", "morgen weer"],
    }
    return [
        Example(text, (sub,) if sub else (), kind, 0, i == 0, Voice.FORM)
        for sub, texts in said.items()
        for i, (text, kind) in enumerate(zip(texts, [Kind.REPORT, Kind.QUESTION] * 3, strict=True))
    ]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return train(small_corpus(), "small")


def test_training_twice_gives_the_same_bytes(small: Model, tmp_path: Path) -> None:
    again = train(small_corpus(), "small")
    assert again.coefficients.tobytes() == small.coefficients.tobytes()
    assert again.theme_odds.coef_.tobytes() == small.theme_odds.coef_.tobytes()


def test_a_kept_model_reads_back_the_same(small: Model, tmp_path: Path) -> None:
    write(small, tmp_path / "m.skops")
    kept = read(tmp_path / "m.skops")
    assert (kept.name, kept.subs, kept.kinds, kept.lower_case) == (small.name, small.subs, small.kinds, small.lower_case)
    assert kept.coefficients.tobytes() == small.coefficients.tobytes()


def test_a_damaged_file_is_refused(small: Model, tmp_path: Path) -> None:
    path = tmp_path / "m.skops"
    write(small, path)
    whole = path.read_bytes()
    for damaged in (b"", b"pickle", whole[: len(whole) // 2], whole[:-200]):
        path.write_bytes(damaged)
        with pytest.raises(ModelError, match="luisterpost train"):
            read(path)


def test_a_file_with_foreign_types_is_refused(tmp_path: Path) -> None:
    skops.io.dump({"format": 1, "name": os.system}, tmp_path / "m.skops")
    with pytest.raises(ModelError, match="horen"):
        read(tmp_path / "m.skops")


def test_another_zip_or_no_file_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.skops", "w") as other:
        other.writestr("schema.json", "{}")
    with pytest.raises(ModelError):
        read(tmp_path / "m.skops")
    with pytest.raises(ModelError, match="bestaat niet"):
        read(tmp_path / "none.skops")


def test_an_installed_model_is_not_trained_again(installed: Path) -> None:
    before = installed.stat().st_mtime_ns
    assert ensure_model() == installed
    assert installed.stat().st_mtime_ns == before


def test_the_lexicon_names_only_sub_themes_of_the_taxonomy(rivierstad: object) -> None:
    from models.municipality import Municipality

    assert isinstance(rivierstad, Municipality)
    assert {entry.sub for entry in read_lexicon()} - {NONE} == {name for name in rivierstad.theme_names if "/" in name}


def test_a_lexicon_line_without_words_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# woorden\nafval/grofvuil\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"a\.txt, regel 2"):
        read_lexicon(tmp_path)
