"""Text in, annotation out: one spaCy Language with our components, built once."""

import gc
from collections.abc import Iterable, Iterator
from typing import cast

import spacy
from spacy.language import Language

from classify.annotated import Annotated
from classify.components import ANNOTATED, PlaceFinder, Reading, ResidentTokenizer
from classify.model import Model, read
from classify.places import Gazetteer
from classify.training import ensure_model
from models.municipality import Municipality

BATCH = 500


class Annotator:
    """Annotates texts for one municipality."""

    def __init__(self, language: Language, model: str) -> None:
        self._language = language
        self.model = model
        """The name of the model, for the annotations made with it."""

    def annotate(self, texts: Iterable[str]) -> Iterator[Annotated]:
        """One annotation for each text, in order; read in batches."""
        for doc in self._language.pipe(texts, batch_size=BATCH):
            yield cast(Annotated, doc.user_data[ANNOTATED])


@Language.factory("resident_places")
def _places(nlp: Language, name: str) -> PlaceFinder:  # noqa: ARG001 (spaCy's signature)
    return PlaceFinder()


@Language.factory("resident_reading")
def _reading(nlp: Language, name: str) -> Reading:  # noqa: ARG001
    return Reading()


def annotator(municipality: Municipality) -> Annotator:
    """The annotator of one municipality. Trains the model if it is not there yet.

    Raises:
        ModelError: the kept model cannot be used.
    """
    return annotator_of(read(ensure_model()), municipality)


def annotator_of(model: Model, municipality: Municipality) -> Annotator:
    """The annotator of one municipality with a given model."""
    nlp = spacy.blank("nl")
    nlp.tokenizer = ResidentTokenizer(nlp.vocab)
    cast(PlaceFinder, nlp.add_pipe("resident_places")).gazetteer = Gazetteer(municipality.places, frozenset(model.lower_case))
    cast(Reading, nlp.add_pipe("resident_reading")).use(model)
    gc.collect()
    gc.freeze()  # the model's many small objects live as long as the process: do not look through them again and again
    return Annotator(nlp, model.name)
