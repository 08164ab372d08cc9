"""A transformer that reads along: real loading and running, of a tiny model made here."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from classify.encoder import MODEL, TOKENIZER, Encoder, EncoderError, encoder_named, installed_encoder
from classify.examples import Example, Voice
from classify.model import read, write
from classify.pipeline import annotator_of
from classify.training import train
from models.municipality import Municipality
from models.settings import settings
from models.words import Kind

ALIKE = {"zwabberdoek": (1, 0, 0), "bank": (1, 0, 0), "keffer": (0, 1, 0), "hond": (0, 1, 0), "weer": (0, 0, 1), "regen": (0, 0, 1)}
"""Words with what they mean: the encoder knows what no letter tells."""


def make(folder: Path) -> Path:
    """A word-level tokenizer, and a network of one look-up from word to meaning."""
    folder.mkdir()
    numbers = {"[UNK]": 0} | {word: number for number, word in enumerate(ALIKE, 1)}
    tokenizer = Tokenizer(WordLevel(numbers, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / TOKENIZER))
    meanings = np.array([(0, 0, 0), *ALIKE.values()], dtype=np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["meanings", "input_ids"], ["states"])],
        "tiny",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["texts", "tokens", 3])],
        [numpy_helper.from_array(meanings, "meanings")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), folder / MODEL)
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = make(tmp_path / "encoder")
    monkeypatch.setenv("LUISTERPOST_ENCODER", str(made))
    settings.cache_clear()
    return made


@pytest.fixture(autouse=True)
def settings_anew():  # type: ignore[no-untyped-def]
    yield
    settings.cache_clear()


def corpus() -> list[Example]:
    said = {
        "afval/grofvuil": ["bank aan straat", "oude bank", "bank ophalen"],
        "dieren/honden": ["hond los", "losse hond", "hond blaft"],
        "": ["lekker weer", "mooi weer vandaag", "wat een weer"],
    }
    kinds = [Kind.REPORT, Kind.QUESTION, Kind.OTHER]
    return [
        Example(text, (sub,) if sub else (), kind, 0, row == 0, Voice.FORM)
        for sub, texts in said.items()
        for row, (text, kind) in enumerate(zip(texts, kinds, strict=True))
    ] * 3


def test_texts_become_vectors_of_length_one_whatever_their_order_and_length(folder: Path) -> None:
    encoder = Encoder(folder)
    texts = ["hond", "bank " * 300, "zwabberdoek", "", "xyz", "hond bank"] * 12
    found = encoder.vectors(texts)
    assert found.shape == (72, 3)
    assert np.allclose(np.linalg.norm(found, axis=1), [1, 1, 1, 0, 0, 1] * 12)
    for text, row in zip(texts, found, strict=True):
        assert np.allclose(encoder.vectors([text])[0], row, atol=1e-6)


def test_a_word_never_seen_is_understood_by_its_meaning(folder: Path, rivierstad: Municipality, tmp_path: Path) -> None:
    write(train(corpus(), "with", encoder=installed_encoder()), tmp_path / "with.skops")
    reads_along = annotator_of(read(tmp_path / "with.skops"), rivierstad)
    alone = annotator_of(train(corpus(), "without"), rivierstad)
    assert dict(next(reads_along.annotate(["keffer"])).guesses)["dieren/honden"] > 0.5
    assert dict(next(alone.annotate(["keffer"])).guesses).get("dieren/honden", 0.0) < 0.5


def test_a_model_asks_for_the_encoder_it_was_made_with(folder: Path, rivierstad: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    model = train(corpus(), "with", encoder=installed_encoder())
    monkeypatch.delenv("LUISTERPOST_ENCODER")
    settings.cache_clear()
    with pytest.raises(EncoderError, match="LUISTERPOST_ENCODER"):
        annotator_of(model, rivierstad)


def test_no_encoder_is_needed_where_none_is_named() -> None:
    assert installed_encoder() is None
    assert encoder_named("") is None


def test_a_missing_or_damaged_file_is_named(folder: Path, tmp_path: Path) -> None:
    for name in (MODEL, TOKENIZER):
        broken = make(tmp_path / f"broken-{name}")
        (broken / name).write_bytes(b"geen model")
        with pytest.raises(EncoderError, match="beschadigd"):
            Encoder(broken)
        (broken / name).unlink()
        with pytest.raises(EncoderError, match=f"{name} ontbreekt"):
            Encoder(broken)
