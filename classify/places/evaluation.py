"""How well places are found: on messages written one by one, with slips of the pen and traps, each place marked by hand.

    Zakken in de [Kastanjelaaan=Kastanjelaan], zie ook [Markt] 3

Between brackets what names a place, after `=` the place's name (or id) where it is written otherwise. Lines with `#` first are comments.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classify.places.gazetteer import Found, Gazetteer
from classify.places.made_town import made_town
from classify.wording import plain
from models.gazetteer import Places, entries, joined

CASES = Path(__file__).resolve().parent / "cases"
_MARKED = re.compile(r"\[([^\[\]=]+)(?:=([^\[\]]+))?\]")


@dataclass(frozen=True)
class Case:
    """A message with the places that a reader sees in it, as (start, end, id)."""

    text: str
    places: frozenset[tuple[int, int, str]]


@dataclass(frozen=True)
class Scored:
    """How many places were found as marked (span and place), how many wrongly, and how many not."""

    right: int
    wrong: int
    missed: int
    messages: int

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def read_cases(name: str, places: Places) -> list[Case]:
    """The messages of one file in `cases/`.

    Raises:
        KeyError: a mark names no place, or more than one.
    """
    ids = _ids(places)
    lines = (CASES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [_parse(line, ids) for line in lines if line.strip() and not line.startswith("# ")]


def _ids(places: Places) -> Mapping[str, str]:
    named: dict[str, set[str]] = {}
    for entry in entries(places):
        for name in (entry.name, entry.id, *entry.aliases):
            named.setdefault(plain(name), set()).add(entry.id)
    return {name: next(iter(ids)) for name, ids in named.items() if len(ids) == 1}


def _parse(line: str, ids: Mapping[str, str]) -> Case:
    text, marks, end = "", [], 0
    for match in _MARKED.finditer(line):
        text += line[end : match.start()]
        marks.append((len(text), len(text) + len(match[1]), ids[plain(match[2] or match[1])]))
        text += match[1]
        end = match.end()
    return Case(text + line[end:], frozenset(marks))


def score(cases: Sequence[Case], find: Callable[[str], Iterable[Found]]) -> Scored:
    """Compare what `find` finds with what is marked; the span and the place must both be right."""
    right = wrong = missed = 0
    for case in cases:
        found = {(place.start, place.end, place.id) for place in find(case.text)}
        right += len(found & case.places)
        wrong += len(found - case.places)
        missed += len(case.places - found)
    return Scored(right, wrong, missed, len(cases))


SEEN, KEPT_BACK, LARGE = "rivierstad_a", "rivierstad_b", "grootstad"


def written(rivierstad: Places, everyday: Collection[str]) -> list[str]:
    """The figures as Markdown lines: with the places of Rivierstad alone, and with those of a made-up town of 50,000 names beside them."""
    large = joined(rivierstad, made_town([entry.name for entry in entries(rivierstad)]))
    small_finder, large_finder = Gazetteer(rivierstad, everyday), Gazetteer(large, everyday)
    rows = [
        ("written before the finder was made", _told(SEEN, rivierstad, small_finder)),
        ("kept back: written after it, errors never looked at", _told(KEPT_BACK, rivierstad, small_finder)),
        ("both, with 50,000 further names", score([*read_cases(SEEN, large), *read_cases(KEPT_BACK, large)], large_finder.find)),
        ("the made-up town of 50,000 names", _told(LARGE, large, large_finder)),
    ]
    return [
        "## Places",
        "",
        "Messages written one by one, with slips of the pen and traps (`classify/places/cases/`); right is what has the right span and the "
        "right place.",
        "",
        "| messages | number | precision | recall | F1 |",
        "|---|---|---|---|---|",
        *(f"| {what} | {s.messages} | {s.precision:.3f} | {s.recall:.3f} | {s.f1:.3f} |" for what, s in rows),
    ]


def _told(name: str, places: Places, finder: Gazetteer) -> Scored:
    return score(read_cases(name, places), finder.find)
