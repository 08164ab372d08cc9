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

FORMAT = 1
TRUSTED: list[str] = []
"""Types beyond skops' own list that a model file may hold: none."""


class ModelError(Exception):
    """The model file cannot be used; the message says which and what to do."""


@dataclass(frozen=True)
class Model:
    """Everything that training brings forth.

    Features times `coefficients` (outputs x features) plus `offset` are the scores. The outputs are, in order: `subs` (the last is
    `none`), `kinds`, tone, urgency.
    """

    name: str
    vocabulary: Vocabulary
    coefficients: NDArray[np.float32]
    offset: NDArray[np.float32]
    subs: tuple[str, ...]
    kinds: tuple[str, ...]
    theme_odds: LogisticRegression
    kind_odds: LogisticRegression
    urgency_odds: LogisticRegression
    sharpness: float
    """What sub-theme scores are multiplied by before their softmax."""
    lower_case: tuple[str, ...]
    """Dutch words as people write them without a capital: what tells a street from a thing."""


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
        "theme_odds": model.theme_odds,
        "kind_odds": model.kind_odds,
        "urgency_odds": model.urgency_odds,
        "sharpness": model.sharpness,
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
            theme_odds=content["theme_odds"],
            kind_odds=content["kind_odds"],
            urgency_odds=content["urgency_odds"],
            sharpness=content["sharpness"],
            lower_case=tuple(content["lower_case"].tolist()),
        )
    except UntrustedTypesFoundException as error:
        raise ModelError(_refusal(path, "bevat onderdelen die niet in een taalmodel horen")) from error
    except FileNotFoundError as error:
        raise ModelError(_refusal(path, "bestaat niet")) from error
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError, IndexError) as error:
        raise ModelError(_refusal(path, "is beschadigd of geen taalmodel")) from error
    outputs = len(model.subs) + len(model.kinds) + 2
    if (
        np.shape(model.coefficients) != (outputs, len(model.vocabulary))
        or model.offset.shape != (outputs,)
        or len(model.vocabulary.rarity) != len(model.vocabulary)
    ):
        raise ModelError(_refusal(path, "is beschadigd: de maten kloppen niet"))
    return model


def _refusal(path: Path, what: str) -> str:
    return f"Taalmodel {path} {what}. Verwijder het bestand en maak het opnieuw met `luisterpost train`."
