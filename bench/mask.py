"""Speed of masking, next to spaCy merely tokenising the same texts, in one run."""

import time
from collections.abc import Sequence

from bench.yardsticks import tokenising
from ingest.privacy import mask


def measure(texts: Sequence[str]) -> list[str]:
    """Lines for a person: texts a second of masking, and how that compares."""
    half = len(texts) // 2
    for text in texts[:half]:
        mask(text)
    began = time.perf_counter()
    for text in texts[half:]:
        mask(text)
    masked = (time.perf_counter() - began) / (len(texts) - half)
    bare = tokenising(texts)
    return [f"mask: {1 / masked:,.0f} texts/s (bare tokenising {1 / bare:,.0f}); {bare / masked:.1f} times as many as tokenising"]
