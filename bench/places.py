"""Finding places with the gazetteer of a large city: what fifty thousand names cost at the start, in memory and by the message."""

import subprocess
import sys
import time
from collections.abc import Sequence

from classify.model import read
from classify.places import Gazetteer
from classify.places.made_town import made_town
from classify.training import ensure_model
from classify.wording import Piece, tokens
from models.gazetteer import Places, entries, joined
from models.municipality import load_municipality
from models.settings import ROOT

ROUNDS = 3


def measure(texts: Sequence[str]) -> list[str]:
    """Microseconds of processor time by the message, with the example's names and with 50,000 more; seconds and megabytes to begin."""
    everyday = frozenset(read(ensure_model()).lower_case)
    small = load_municipality(ROOT / "config" / "rivierstad").places
    large = joined(small, made_town([entry.name for entry in entries(small)]))
    began = time.process_time()
    Gazetteer(large, everyday)
    start = time.process_time() - began
    pieces = [tokens(text) for text in texts]
    half = len(pieces) // 2
    few, many = (_by_message(places, everyday, pieces[:half], pieces[half:]) for places in (small, large))
    return [
        f"places: {sum(1 for _ in entries(large)):,} names stand ready in {start:.2f} s",
        f"places: {few * 1e6:.0f} µs a message with {sum(1 for _ in entries(small))} names, {many * 1e6:.0f} µs with all",
        *_whole(),
    ]


def _by_message(places: Places, everyday: frozenset[str], known: Sequence[list[Piece]], new: Sequence[list[Piece]]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        finder = Gazetteer(places, everyday)
        for pieces in known:
            finder.among(pieces)
        began = time.process_time()
        for pieces in new:
            finder.among(pieces)
        best = min(best, (time.process_time() - began) / len(new))
    return best


_WHOLE = """
import time
from pathlib import Path
before = time.process_time()
from classify.pipeline import annotator_of
from classify.model import read
from classify.training import ensure_model
from classify.places.made_town import made_town
from models.gazetteer import Places, joined
from models.municipality import load_municipality
from models.settings import ROOT
town = load_municipality(ROOT / "config" / "rivierstad")
imported = time.process_time() - before
text = made_town().model_dump_json()
began = time.process_time()
large = joined(town.places, Places.model_validate_json(text))
list(annotator_of(read(ensure_model()), town.model_copy(update={"places": large})).annotate(["zakken in de Kastanjelaan"]))
seconds = time.process_time() - began
memory = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
print(f"whole annotator with 50,000 names: {imported:.1f} s to import, {seconds:.2f} s of processor time to be ready,", end=" ")
print(f"{memory:.0f} MB at most")
"""


def _whole() -> list[str]:
    """In a process of its own, since memory is counted at its highest; Linux only (VmHWM: ru_maxrss would count the parent's too)."""
    told = subprocess.run([sys.executable, "-c", _WHOLE], capture_output=True, text=True, check=True, cwd=ROOT)
    return told.stdout.strip().splitlines()
