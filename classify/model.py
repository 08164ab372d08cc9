"""The trained model as a file: written whole or not at all, and read without trusting what is in it."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from skops.io.exceptions import UntrustedTypesFoundException

from classify.features import Vocabulary
from classify.odds import Themes

FORMAT = 2
TRUSTED: list[str] = []
"""Types beyond skops' own list that a model file may hold: none."""


class ModelError(Exception):
    """The model file cannot be used; the message says which and what to do."""


@dataclass(frozen=True)
class KnownWords:
    """What each word of the vocabulary adds to every output, n-grams and all, summed once."""

    names: NDArray[np.str_]
    weights: NDArray[np.float32]
    """words x outputs"""
    squares: NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Everything that training brings forth.

    Features times `coefficients` (outputs x features) plus `offset` are the scores. The outputs are, in order: `subs` (the last is
    `none`), their themes, `kinds`, tone, urgency.
    """

    name: str
    vocabulary: Vocabulary
    coefficients: NDArray[np.float32]
    offset: NDArray[np.float32]
    subs: tuple[str, ...]
    kinds: tuple[str, ...]
    none_shift: float
    """What is added to the score of `none`, so that it is neither swallowed nor swallows."""
    theme_odds: LogisticRegression
    kind_odds: LogisticRegression
    urgency_odds: LogisticRegression
    sharpness: float
    """What sub-theme scores are multiplied by before their softmax."""
    promises: NDArray[np.float64]
    """Pairs of a confidence and the share of errors among answers that were at least so confident, on genres not learned from."""
    lower_case: tuple[str, ...]
    """Dutch words as people write them without a capital: what tells a street from a thing."""
    known: KnownWords
    dense: NDArray[np.float32]
    """What each direction of the encoder's vectors adds (outputs x width; width 0 without an encoder)."""
    encoder: str
    """The name of the encoder it was trained with; empty without one."""


def write(model: Model, path: Path) -> None:
    """Keep a model, in one file."""
    content = {
        "format": FORMAT,
        "name": model.name,
        "features": model.vocabulary.names,
        "rarity": model.vocabulary.rarity,
        "coefficients": model.coefficients,
        "offset": model.offset,
        "subs": list(model.subs),
        "kinds": list(model.kinds),
        "none_shift": model.none_shift,
        "theme_odds": model.theme_odds,
        "kind_odds": model.kind_odds,
        "urgency_odds": model.urgency_odds,
        "sharpness": model.sharpness,
        "promises": model.promises,
        "known": [model.known.names, model.known.weights, model.known.squares],
        "dense": model.dense,
        "encoder": model.encoder,
        "lower_case": np.array(model.lower_case, dtype=np.str_),
    }
    skops.io.dump(content, path)


def read(path: Path) -> Model:
    """Take a kept model up again.

    Raises:
        ModelError: the file is missing, damaged, or holds something that is no model of ours.
    """
    try:
        content: Any = skops.io.load(path, trusted=TRUSTED)
        if content["format"] != FORMAT:
            raise ModelError(_refusal(path, "is gemaakt door een andere versie"))
        model = Model(
            name=content["name"],
            vocabulary=Vocabulary(content["features"], content["rarity"]),
            coefficients=content["coefficients"],
            offset=content["offset"],
            subs=tuple(content["subs"]),
            kinds=tuple(content["kinds"]),
            none_shift=content["none_shift"],
            theme_odds=content["theme_odds"],
            kind_odds=content["kind_odds"],
            urgency_odds=content["urgency_odds"],
            sharpness=content["sharpness"],
            promises=content["promises"],
            lower_case=tuple(content["lower_case"].tolist()),
            known=KnownWords(*content["known"]),
            dense=content["dense"],
            encoder=content["encoder"],
        )
    except UntrustedTypesFoundException as error:
        raise ModelError(_refusal(path, "bevat onderdelen die niet in een taalmodel horen")) from error
    except FileNotFoundError as error:
        raise ModelError(_refusal(path, "bestaat niet")) from error
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError, IndexError) as error:
        raise ModelError(_refusal(path, "is beschadigd of geen taalmodel")) from error
    outputs = len(model.subs) + len(Themes(model.subs).names) + len(model.kinds) + 2
    if (
        np.shape(model.coefficients) != (outputs, len(model.vocabulary))
        or model.offset.shape != (outputs,)
        or len(model.vocabulary.rarity) != len(model.vocabulary)
        or model.known.weights.shape != (len(model.known.names), outputs)
        or len(model.known.squares) != len(model.known.names)
        or model.promises.shape[1:] != (2,)
        or len(model.dense) != outputs
    ):
        raise ModelError(_refusal(path, "is beschadigd: de maten kloppen niet"))
    return model


def _refusal(path: Path, what: str) -> str:
    return f"Taalmodel {path} {what}. Verwijder het bestand en maak het opnieuw met `luisterpost train`."
