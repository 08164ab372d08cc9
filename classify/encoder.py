"""A transformer that the user has installed, as a second pair of eyes: its vectors join the words in the same least squares.

Optional (`luisterpost[encoder]`): a folder with `model.onnx` and `tokenizer.json`, as sentence-transformers and Optimum export them.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.model import ModelError
from models.settings import settings

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
MOST_TOKENS = 256
BATCH = 32
SHARE = 1.0
"""How heavily likeness by the encoder counts beside likeness by words."""

Floats = NDArray[np.float32]


class EncoderError(ModelError):
    """The encoder cannot be used; the message says why and what to do."""


class Encoder:
    """Turns texts into vectors of length one (times the square root of `SHARE`): the mean over the tokens' last states."""

    def __init__(self, folder: Path) -> None:
        """Load the encoder of this folder.

        Raises:
            EncoderError: the optional packages or one of the files are missing, or a file is damaged.
        """
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise EncoderError("Voor een encoder zijn extra pakketten nodig: `pip install 'luisterpost[encoder]'`.") from error
        for name in (MODEL, TOKENIZER):
            if not (folder / name).is_file():
                raise EncoderError(f"Encoder {folder}: {name} ontbreekt. Zet er een ONNX-model met zijn tokenizer neer.")
        options = onnxruntime.SessionOptions()
        options.use_deterministic_compute = True
        try:
            self._tokenizer: Any = Tokenizer.from_file(str(folder / TOKENIZER))
            self._session: Any = onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise classes of their own for each kind of damage
            raise EncoderError(f"Encoder {folder}: {MODEL} of {TOKENIZER} is beschadigd. Zet de bestanden opnieuw neer.") from error
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()
        self._inputs = {wanted.name for wanted in self._session.get_inputs()}
        self.name = _fingerprint(folder)
        """Hash of its files: another encoder makes another model."""

    def vectors(self, texts: Sequence[str]) -> Floats:
        """One row for each text; a text without tokens has a row of zeros."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # texts of one length need no padding
        found: list[Floats] = [self._batch([texts[i] for i in order[first : first + BATCH]]) for first in range(0, len(texts), BATCH)]
        rows = np.concatenate(found) if found else np.zeros((0, 0), dtype=np.float32)
        return np.ascontiguousarray(rows[np.argsort(order)])

    def _batch(self, texts: Sequence[str]) -> Floats:
        encoded = self._tokenizer.encode_batch([text or " " for text in texts])
        ids = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: value for name, value in given.items() if name in self._inputs})[0]
        summed = (states * mask[:, :, None]).sum(axis=1)
        length = np.linalg.norm(summed, axis=1, keepdims=True)
        return np.asarray(SHARE**0.5 * summed / np.where(length > 0, length, 1), dtype=np.float32)


@lru_cache(maxsize=1)
def _encoder_of(folder: Path) -> Encoder:
    return Encoder(folder)


def installed_encoder() -> Encoder | None:
    """The encoder that the settings name (`LUISTERPOST_ENCODER`), loaded once; None where they name none.

    Raises:
        EncoderError: it cannot be used.
    """
    folder = settings().encoder
    return _encoder_of(folder) if folder else None


def encoder_named(name: str) -> Encoder | None:
    """The installed encoder, if a model needs it; None for a model that needs none.

    Raises:
        EncoderError: the model needs another encoder than the installed one.
    """
    if not name:
        return None
    encoder = installed_encoder()
    if encoder is None or encoder.name != name:
        raise EncoderError(f"Dit taalmodel is gemaakt met encoder {name}. Zet LUISTERPOST_ENCODER op de map van die encoder.")
    return encoder


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (MODEL, TOKENIZER):
        with (folder / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
