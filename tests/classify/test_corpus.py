"""The corpus is large enough, known to the taxonomy, and shares no message with the example municipality."""

import re
from collections import Counter
from itertools import chain

import pytest
from rapidfuzz import fuzz, process

from classify.evaluation import independent_messages
from classify.examples import Example
from classify.training import read_corpus
from models.municipality import Municipality
from models.settings import ROOT

ALIKE = 88
"""Share of equal letters, in hundredths, from which two messages are the same one."""


@pytest.fixture(scope="module")
def corpus() -> list[Example]:
    return read_corpus()


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def test_every_theme_has_at_least_three_hundred_messages_and_none_has_fifteen_hundred(corpus: list[Example]) -> None:
    themes = Counter(chain.from_iterable({sub.split("/")[0] for sub in example.themes} or {"none"} for example in corpus))
    assert len(themes) == 23
    assert min(themes.values()) >= 300
    assert themes["none"] >= 1500
    assert len(corpus) >= 8000


def test_every_label_is_one_of_the_taxonomy(corpus: list[Example], rivierstad: Municipality) -> None:
    assert {sub for example in corpus for sub in example.themes} <= set(rivierstad.theme_names)


def test_no_message_of_the_example_municipality_is_in_the_corpus(corpus: list[Example]) -> None:
    learned = [plain(example.text) for example in corpus]
    shown = [plain(e.text) for e in independent_messages(ROOT / "config" / "rivierstad" / "messages") if len(plain(e.text)) > 20]
    known = set(learned)
    assert [text for text in shown if text in known] == []
    alike = process.cdist(shown, learned, scorer=fuzz.ratio, score_cutoff=ALIKE, workers=2).max(axis=1)
    assert [text for text, score in zip(shown, alike, strict=True) if score > 0] == []


def test_the_corpus_does_not_repeat_itself(corpus: list[Example]) -> None:
    texts = [plain(example.text) for example in corpus if len(plain(example.text)) > 20]
    assert len(set(texts)) >= 0.999 * len(texts)
