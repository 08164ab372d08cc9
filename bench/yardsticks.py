"""What every measurement is held against, in the same run: spaCy merely tokenising, and a bare COPY, of the same texts."""

import time
from collections.abc import Sequence

import spacy

from models.database import engine


def tokenising(texts: Sequence[str]) -> float:
    """Seconds a text that `spacy.blank("nl")` takes to tokenise; half of them are read first, so that everyday words are known."""
    blank = spacy.blank("nl")
    half = len(texts) // 2
    for _ in blank.pipe(texts[:half]):
        pass
    began = time.perf_counter()
    for _ in blank.pipe(texts[half:]):
        pass
    return (time.perf_counter() - began) / (len(texts) - half)


def copying(texts: Sequence[str]) -> float:
    """Seconds a text that COPY takes into a temporary table of numbers and texts."""
    with engine().begin() as connection:
        raw = connection.connection.cursor()
        raw.execute("CREATE TEMPORARY TABLE yardstick (id bigint PRIMARY KEY, text text) ON COMMIT DROP")
        began = time.perf_counter()
        with raw.copy("COPY yardstick FROM STDIN") as copy:
            for number, text in enumerate(texts):
                copy.write_row((number, text))
        return (time.perf_counter() - began) / len(texts)


def against_tokenising(what: str, seconds_a_text: float, texts: Sequence[str]) -> str:
    """A line for a person: how many times bare tokenising of the same texts this costs."""
    bare = tokenising(texts)
    return f"{what}: costs {seconds_a_text / bare:.1f} times tokenising the same texts with spacy.blank (which does {1 / bare:,.0f}/s)"
