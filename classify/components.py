"""The components of the spaCy Language: a tokenizer for how residents write, the places, and the reading of a batch."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classify.annotated import Annotated, Reason, ThemeFound
from classify.danger import CALM, alarm
from classify.encoder import encoder_named
from classify.language import DUTCH, UNKNOWN, DutchSieve, language_of
from classify.model import Model
from classify.odds import Themes, guesses, probabilities, sure_from, theme_scores
from classify.places import Found, Gazetteer
from classify.reader import PLACED, Reader
from classify.targets import urgency_evidence
from classify.wording import MOST_CHARACTERS, Piece, spoken, tokens
from models.words import Kind

PIECES, PLACES, ANNOTATED = "pieces", "places", "annotated"
"""Where a Doc keeps what the components found."""
ACCEPTED_ERRORS = 0.05
LEAST_PROBABILITY = 0.08
"""A theme below this is not named."""
MOST_THEMES = 4
MOST_REASONS = 5
MOST_GUESSES = 12
LEAST_GUESS = 0.002
"""Guesses are kept far below what is worth telling: amid thirty messages about one thing, one in five hundred becomes likely."""


class ResidentTokenizer:
    """Cuts a text in tokens; of a very long one only the beginning is read."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        pieces = tokens(text[:MOST_CHARACTERS])
        doc = Doc(self._vocab, words=[token for token, _ in pieces], spaces=[space != "" for _, space in pieces])
        doc.user_data[PIECES] = pieces
        return doc

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterator[Doc]:  # noqa: ARG002 (spaCy's signature)
        return map(self, texts)


class PlaceFinder:
    """Finds the places of the municipality."""

    gazetteer: Gazetteer

    def __call__(self, doc: Doc) -> Doc:
        doc.user_data[PLACES] = self.gazetteer.among(doc.user_data[PIECES])
        return doc

    def pipe(self, docs: Iterable[Doc], batch_size: int = 1000) -> Iterator[Doc]:  # noqa: ARG002
        return map(self, docs)


class Reading:
    """Language, themes, kind, tone and urgency, a batch at a time."""

    def use(self, model: Model, accepted_errors: float = ACCEPTED_ERRORS) -> None:
        """Take the trained model; at most this share of the answers that are called sure may be wrong.

        Raises:
            EncoderError: the model was trained with an encoder that is not the installed one.
        """
        self._model = model
        self._encoder = encoder_named(model.encoder)
        self._sure_from = sure_from(model.promises, accepted_errors)
        self._reader = Reader(model)
        self._themes = Themes(model.subs)
        self._names = self._themes.names
        self._starts = self._themes.starts
        self._ends = [*self._starts[1:].tolist(), len(model.subs)]
        self._known = frozenset(model.lower_case)
        self._sieve = DutchSieve(self._known)
        self._kinds = [Kind(kind) for kind in model.kind_odds.classes_]

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], batch_size: int = 1000) -> Iterator[Doc]:
        stream = iter(docs)
        while batch := list(islice(stream, batch_size)):
            found = self.annotate([(doc.user_data[PIECES], doc.user_data[PLACES]) for doc in batch])
            for doc, annotated in zip(batch, found, strict=True):
                doc.user_data[ANNOTATED] = annotated
                yield doc

    def annotate(self, batch: Sequence[tuple[Sequence[Piece], Sequence[Found]]]) -> Iterator[Annotated]:
        """Annotate texts that are given as their pieces and their places."""
        self._reader.begin()
        rows = [self._rows(pieces, places) for pieces, places in batch]
        read = self._reader.read(rows)
        if self._encoder is not None:
            said = ["".join(map("".join, pieces)) for pieces, _ in batch]
            read = replace(read, scores=read.scores + self._encoder.vectors(said) @ self._model.dense.T)
        dutch = self._sieve.clearly_dutch(rows, self._reader.said).tolist()
        subs = len(self._model.subs)
        manner = subs + len(self._names)
        best = theme_scores(read.scores[:, :manner], self._starts, self._model.none_shift)
        likely = probabilities(best, self._model.theme_odds)
        order = np.argsort(-likely, axis=1, kind="stable")[:, : MOST_THEMES + 1].tolist()
        top = self._best_subs(read.scores)
        reasons = self._reader.reasons(read, top[np.arange(len(batch)), [row[0] for row in order]], MOST_REASONS)
        chances, columns = likely.tolist(), top.tolist()
        guessed, guess_chances = (found.tolist() for found in guesses(read.scores[:, :subs], self._model.sharpness, MOST_GUESSES))
        odds = self._model.kind_odds
        kinds = np.argmax(read.scores[:, subs:] @ odds.coef_.T + odds.intercept_, axis=1).tolist()
        tone = np.clip(read.scores[:, -2], -1, 1).tolist()
        urgency = self._urgency(read.scores[:, manner:], read.alarming, [pieces for pieces, _ in batch])
        sure = (likely.max(axis=1) >= self._sure_from).tolist()
        for i, (pieces, places) in enumerate(batch):
            language = DUTCH if dutch[i] else language_of(spoken(pieces), self._known)
            themes = self._named(columns[i], chances[i], order[i]) if language != UNKNOWN else ()
            yield Annotated(
                language=language,
                themes=themes,
                kind=self._kinds[kinds[i]] if language != UNKNOWN else Kind.OTHER,
                tone=tone[i],
                urgency=urgency[i] if language != UNKNOWN else 0.0,
                places=tuple(places),
                reasons=tuple(Reason(word, value) for word, value in reasons[i]) if themes else (),
                guesses=self._guessed(guessed[i], guess_chances[i]) if language != UNKNOWN else (),
                sure=sure[i] or language == UNKNOWN,
            )

    def _urgency(self, manner: NDArray[np.float32], alarming: NDArray[np.bool_], texts: Sequence[Sequence[Piece]]) -> list[float]:
        """How likely it is that someone should look within the hour; only texts with an alarming word are read for alarms."""
        signs = zip(texts, alarming.tolist(), strict=True)
        dangers = [alarm().of("".join(map("".join, pieces))) if sign else CALM for pieces, sign in signs]
        odds = self._model.urgency_odds
        found: list[float] = expit(urgency_evidence(manner, dangers) @ odds.coef_[0] + odds.intercept_[0]).tolist()
        return found

    def _guessed(self, columns: Sequence[int], chances: Sequence[float]) -> tuple[tuple[str, float], ...]:
        pairs = zip(columns, chances, strict=True)
        return tuple((self._model.subs[column], round(chance, 4)) for column, chance in pairs if chance >= LEAST_GUESS)

    def _named(self, subs: Sequence[int], likely: Sequence[float], order: Sequence[int]) -> tuple[ThemeFound, ...]:
        """The themes worth naming; none at all if that is the likeliest."""
        none = len(self._names) - 1
        if order[0] == none:
            return ()
        return tuple(
            ThemeFound(self._names[theme], self._model.subs[subs[theme]], likely[theme])
            for theme in order[:MOST_THEMES]
            if theme != none and (likely[theme] >= LEAST_PROBABILITY or theme == order[0])
        )

    def _best_subs(self, scores: NDArray[np.float32]) -> NDArray[np.int64]:
        """The column of the best sub-theme of each theme (texts x themes)."""
        return np.stack(
            [first + scores[:, first:end].argmax(axis=1) for first, end in zip(self._starts.tolist(), self._ends, strict=True)], axis=1
        )

    def _rows(self, pieces: Sequence[Piece], places: Sequence[Found]) -> list[int]:
        row_of = self._reader.rows
        if not places:
            return [row_of[token] for token, _ in pieces]
        rows, position = [], 0
        spans = iter(places)
        place = next(spans, None)
        for token, space in pieces:
            while place is not None and place.end <= position:
                place = next(spans, None)
            rows.append(PLACED if place is not None and place.start <= position + (token[0] == "#") else row_of[token])
            position += len(token) + len(space)
        return rows
