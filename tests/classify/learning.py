"""A small corpus, a small model of it, and lessons: enough to learn from in a moment."""

from functools import lru_cache

from classify.champion import model_file
from classify.corrections import Taught
from classify.examples import Example, Voice
from classify.lexicon import read_danger, read_lexicon
from classify.model import Model, write
from classify.retrain import Lesson
from classify.training import fingerprint, train
from models.words import Kind

SAID = {
    "afval/grofvuil": ["bank", "matras", "oude kast", "koelkast", "wasmachine", "bankstel", "tafel", "ledikant"],
    "dieren/honden": [
        "hond los",
        "losse hond",
        "hond bijt",
        "honden zonder lijn",
        "blaffende hond",
        "hondje kwijt",
        "twee honden",
        "valse hond",
    ],
    "": ["goedemorgen", "lekker weer", "wat een wedstrijd", "morgen regen", "gefeliciteerd", "mooie goal", "fijne dag", "tot straks"],
}
WHERE = ["bij ons", "in de straat", "bij het park", "op de hoek", "naast de school"]


def corpus() -> list[Example]:
    """Forty messages about each of two themes and none."""
    return [
        example(f"{what} {where}", sub, [Kind.REPORT, Kind.QUESTION][(i + j) % 2], urgent=i == 0)
        for sub, things in SAID.items()
        for i, what in enumerate(things)
        for j, where in enumerate(WHERE)
    ]


def example(text: str, sub: str, kind: Kind = Kind.REPORT, urgent: bool = False) -> Example:
    return Example(text, (sub,) if sub else (), kind, 0, urgent, Voice.FORM)


def lamps(count: int) -> list[Taught]:
    """Corrections about something that the corpus does not know, each a story of its own."""
    things = ["lantaarn", "lantaarnpaal", "straatlamp", "lamp"]
    wrong = ["brandt niet", "is kapot", "doet het niet", "knippert", "flikkert"]
    texts = [f"{what} {how} {where}" for what in things for how in wrong for where in WHERE]
    return [Taught(f"m{i}", example(f"{texts[i % len(texts)]} {i}", "openbare-verlichting/lamp-kapot")) for i in range(count)]


def lesson(taught: list[Taught]) -> Lesson:
    return Lesson(
        corpus(), [example(f"weer een {one.text}", one.themes[0] if one.themes else "", urgent=one.urgent) for one in corpus()], taught
    )


@lru_cache
def small_model() -> Model:
    return train(corpus(), fingerprint(), read_lexicon(), read_danger())


def small_champion() -> None:
    """Put the small model where that of the real corpus would be."""
    path = model_file(fingerprint())
    path.parent.mkdir(parents=True, exist_ok=True)
    write(small_model(), path)
