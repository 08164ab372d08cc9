"""What was tried: one method after another, each trained on the corpus and scored on the independent messages. Takes some minutes.

python -m classify.methods
"""

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from classify.evaluation import independent_messages, main_theme
from classify.examples import Example
from classify.features import Words, design, learn_vocabulary
from classify.lexicon import Entry, read_lexicon
from classify.odds import NONE, Themes, best_of_theme, theme_scores
from classify.ridge import groups_of, likeness, solve
from classify.targets import LEXICON_WEIGHT, targets, weights_of
from classify.training import phrases_of, read_corpus, said
from classify.wording import tokens, words
from models.settings import ROOT


def compare() -> Iterator[str]:
    """The table, line by line, as Markdown."""
    corpus, test = read_corpus(), independent_messages(ROOT / "config" / "rivierstad" / "messages")
    yield f"{len(corpus)} messages to learn from, {len(test)} by other writers to be tested on."
    yield ""
    yield "| method | main theme macro-F1 | sub-theme macro-F1 | seconds |"
    yield "|---|---|---|---|"
    for name, method in methods(corpus, test):
        began = time.perf_counter()
        named = method()
        truth = [example.themes[0] if example.themes else NONE for example in test]
        main = f1_score([main_theme(e) for e in test], [sub.split("/")[0] for sub in named], average="macro", labels=_themes(test))
        below = f1_score(truth, named, average="macro", labels=sorted(set(truth)))
        shown = f"{below:.3f}" if any("/" in sub for sub in named) else ""
        yield f"| {name} | {main:.3f} | {shown} | {time.perf_counter() - began:.0f} |"


def methods(corpus: Sequence[Example], test: Sequence[Example]) -> Iterator[tuple[str, Callable[[], Sequence[str]]]]:
    """Name and method; a method gives the main sub-theme (or only theme) of each test message."""
    word, piece = {"sublinear_tf": True}, {"analyzer": "char_wb", "ngram_range": (2, 5), "sublinear_tf": True, "min_df": 2}

    def usual(features: object, estimator: object) -> Callable[[], Sequence[str]]:
        def method() -> Sequence[str]:
            pipeline = make_pipeline(features, estimator)
            pipeline.fit([example.text for example in corpus], [main_theme(example) for example in corpus])
            return [str(theme) for theme in pipeline.predict([example.text for example in test])]

        return method

    yield "words, logistic regression", usual(TfidfVectorizer(**word), LogisticRegression(C=10, max_iter=200, tol=1e-3))
    yield "words, linear SVM", usual(TfidfVectorizer(**word), LinearSVC(C=0.3))
    yield "words, complement naive Bayes", usual(TfidfVectorizer(**word), ComplementNB(alpha=0.3))
    yield "pieces of words, linear SVM", usual(TfidfVectorizer(**piece), LinearSVC(C=0.3))
    yield "words and pieces, linear SVM", usual(make_union(TfidfVectorizer(**word), TfidfVectorizer(**piece)), LinearSVC(C=0.3))
    lexicon = read_lexicon()
    yield "ours without lexicon", lambda: _ours(corpus, test, ())
    yield "ours without weights", lambda: _ours(corpus, test, lexicon, weighted=False)
    yield "ours without outputs for whole themes", lambda: _ours(corpus, test, lexicon, whole_themes=False)
    yield "ours: words, pieces, pairs; ridge on sub-themes and themes; lexicon; weights", lambda: _ours(corpus, test, lexicon)


def _ours(
    corpus: Sequence[Example], test: Sequence[Example], lexicon: Sequence[Entry], weighted: bool = True, whole_themes: bool = True
) -> Sequence[str]:
    columns = Themes((*sorted({sub for example in corpus for sub in example.themes}), NONE))
    texts: list[list[Words]] = [*(said(example) for example in corpus), *(phrases_of(entry.phrases) for entry in lexicon)]
    vocabulary = learn_vocabulary(texts)
    known = design(texts, vocabulary).astype(np.float32)
    truth = targets(corpus, lexicon, 0, columns)[:, : len(columns.subs) + len(columns.names)]
    weights = weights_of(truth, len(corpus), columns)
    if not weighted:
        weights = np.where(np.arange(len(texts)) < len(corpus), 1, LEXICON_WEIGHT).astype(np.float32)
    offset = truth[: len(corpus)].mean(axis=0)
    shares = solve(likeness(known), truth, weights, offset, groups_of(corpus)).shares
    asked = design([[words(token) for token, _ in tokens(example.text)] for example in test], vocabulary)
    scores: NDArray[np.float32] = asked @ (known.T @ shares) + offset
    subs = scores[:, : len(columns.subs)]
    main = (theme_scores(scores, columns.starts) if whole_themes else best_of_theme(subs, columns.starts)).argmax(axis=1)
    return [columns.subs[column] for column in np.where(columns.of_sub == main[:, None], subs, -np.inf).argmax(axis=1)]


def _themes(test: Sequence[Example]) -> list[str]:
    return sorted({main_theme(example) for example in test})


if __name__ == "__main__":
    for line in compare():
        print(line, flush=True)  # noqa: T201
