"""Text in, annotation out: one spaCy Language with our components, built once."""

import gc
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import cast

import spacy
from spacy.language import Language

from classify.annotated import Annotated
from classify.components import PlaceFinder, Reading, ResidentTokenizer
from classify.model import Model, read
from classify.places import Gazetteer, Locate
from classify.training import ensure_model
from classify.wording import MOST_CHARACTERS, tokens
from models.municipality import Municipality

BATCH = 500


class Annotator:
    """Annotates texts for one municipality."""

    def __init__(self, language: Language, model: str) -> None:
        self.language = language
        """For who wants spaCy documents: the same components as a spaCy pipeline."""
        self.model = model
        """The name of the model, for the annotations made with it."""
        self._places = cast(PlaceFinder, language.get_pipe("resident_places")).gazetteer
        self._reading = cast(Reading, language.get_pipe("resident_reading"))

    def annotate(self, texts: Iterable[str]) -> Iterator[Annotated]:
        """One annotation for each text, in order; read in batches, without making spaCy documents of them."""
        stream = iter(texts)
        while batch := list(islice(stream, BATCH)):
            pieces = [tokens(text[:MOST_CHARACTERS]) for text in batch]
            yield from self._reading.annotate([(cut, self._places.among(cut)) for cut in pieces])


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


def annotator_of(model: Model, municipality: Municipality, locate: Locate | None = None) -> Annotator:
    """The annotator of one municipality with a given model; `locate` knows streets that the municipality does not name."""
    nlp = spacy.blank("nl")
    nlp.tokenizer = ResidentTokenizer(nlp.vocab)
    cast(PlaceFinder, nlp.add_pipe("resident_places")).gazetteer = Gazetteer(municipality.places, frozenset(model.lower_case), locate)
    cast(Reading, nlp.add_pipe("resident_reading")).use(model, municipality.about.accepted_errors)
    gc.collect()
    gc.freeze()  # the model's many small objects live as long as the process: do not look through them again and again
    return Annotator(nlp, model.name)
