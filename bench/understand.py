"""Speed of understanding, relative to spaCy merely tokenising the same texts, in one run."""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

import spacy

from bench.yardsticks import copying
from classify.baseline import fit_baseline
from classify.evaluation import independent_messages, main_theme
from classify.pipeline import annotator
from classify.training import read_corpus
from models.municipality import load_municipality
from models.settings import ROOT

ROUNDS = 3
PROCESSES = 2
_barrier: Barrier


def measure(texts: Sequence[str]) -> list[str]:
    """Messages per second of `annotate` and of bare tokenising, and their ratio; and milliseconds for one message alone.

    Half the texts are read first, so that both have seen everyday words before; the other half counts.
    """
    half = len(texts) // 2
    known, new = texts[:half], texts[half:]
    reader = annotator(load_municipality(ROOT / "config" / "rivierstad"))
    ours, bare = [], []
    for _ in range(ROUNDS):
        blank = spacy.blank("nl")
        reader = annotator(load_municipality(ROOT / "config" / "rivierstad"))
        for _ in blank.pipe(known):
            pass
        for _ in reader.annotate(known):
            pass
        bare.append(_seconds(lambda blank=blank: sum(1 for _ in blank.pipe(new))))  # type: ignore[misc]
        ours.append(_seconds(lambda reader=reader: sum(1 for _ in reader.annotate(new))))  # type: ignore[misc]
    alone = _seconds(lambda: [list(reader.annotate([text])) for text in new[:200]]) / min(200, len(new))
    alone_rate, together_rate = _at_once(1, texts), _at_once(PROCESSES, texts)
    return [
        f"understand: {len(new) / min(ours):,.0f} messages/s (bare tokenising {len(new) / min(bare):,.0f})",
        f"understand relative to bare tokenising: {min(bare) / min(ours):.2f}",
        f"understand: costs {min(ours) / len(new) / copying(new):.0f} times a bare COPY of the same texts",
        f"one message alone: {alone * 1000:.1f} ms; the peer's method, merely naming a theme: {_peer(new[:200]) * 1000:.1f} ms",
        f"start-up of the annotator: {_seconds(lambda: annotator(load_municipality(ROOT / 'config' / 'rivierstad'))):.1f} s",
        f"{PROCESSES} processes at once: {together_rate / alone_rate:.2f} times one "
        f"({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})",
    ]


def _peer(texts: Sequence[str]) -> float:
    """Seconds a text of the peer's method one by one, learned from a part of the corpus: what it learned does not change its speed much."""
    corpus = read_corpus()[::10]
    fitted = fit_baseline([example.text for example in corpus], [main_theme(example) for example in corpus])
    return _seconds(lambda: [fitted.predict([text]) for text in texts]) / len(texts)


def example_texts() -> list[str]:
    """The texts of the example municipality's messages."""
    return [example.text for example in independent_messages(ROOT / "config" / "rivierstad" / "messages")]


def _at_once(processes: int, texts: Sequence[str]) -> float:
    """Messages per second of so many processes together, each reading all texts; they begin at the same moment."""
    context = get_context("spawn")
    barrier = context.Barrier(processes)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_wait_at, initargs=(barrier,)) as pool:
        slowest = max(pool.map(_read_all, [texts] * processes))
    return processes * len(texts) / slowest


def _wait_at(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _read_all(texts: Sequence[str]) -> float:
    reader = annotator(load_municipality(ROOT / "config" / "rivierstad"))
    for _ in reader.annotate(texts):
        pass
    _barrier.wait()
    return _seconds(lambda: sum(1 for _ in reader.annotate(texts)))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
