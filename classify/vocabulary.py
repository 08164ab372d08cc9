"""Woord van de week: words that the model does not know and that more people use than in the weeks before.

Never what was masked, never a name, and never a word of fewer than five people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from scipy.stats import poisson
from sqlalchemy import select
from sqlalchemy.orm import Session

from classify.champion import model_of, name_in_use
from classify.model import Model
from classify.wording import MOST_CHARACTERS, plain, tokens, words
from models.annotation import spans_of
from models.database import transaction
from models.settings import settings
from models.town import Place
from models.vocabulary import RisingWord, dutch_between, replace_words

WEEK = timedelta(days=7)
WEEKS_BEFORE = 4
FEWEST_PEOPLE = 5
FEWEST_TEXTS = 3
"""Different texts: one text, sent by many, is one voice."""
SHORTEST = 4
CHANCE = 0.001
"""A rise that chance alone would give more often than this is none."""
LEAST_USUAL = 0.5
"""People a week that are expected of a word never seen before."""
NAME_SHARE = 0.1
"""Share of people who write it with a capital amid a sentence (or after "mevrouw"), beyond which a word is a name."""
PLAIN_SHARE = 0.5
"""Share of people who must write it without a capital; at the beginning of a sentence a capital tells nothing."""
MOST = 10
_ENDS = frozenset(".!?…:;\"'“”‘’«»()[]{}-–—*•/|>")
_CUES = frozenset(
    "meneer mevrouw mijnheer dhr mw mevr mej heer dame familie fam wethouder burgemeester raadslid minister buurman buurvrouw juf "
    "meester dokter agent oom tante namens groetjes groeten gr mvg genaamd heet heette".split()
)


@dataclass(frozen=True)
class Heard:
    """One message: masked text, who wrote it (None: the source names nobody), its sub-theme, and where places stand in it."""

    text: str
    author: str | None
    sub: str | None = None
    places: tuple[tuple[int, int], ...] = ()

    @property
    def voice(self) -> str:
        """Whoever wrote it; without an author the same text is the same person."""
        return self.author or f"text {plain(' '.join(self.text.split()))}"


@dataclass(frozen=True)
class Rising:
    """A word, how many people use it this week, how many did in a usual week, and where most of its messages are about."""

    word: str
    people: int
    before: float
    sub: str | None


class Manner(StrEnum):
    """How a word is written where it stands."""

    PLAIN = "plain"
    NAME = "name"
    EITHER = "either"


@dataclass
class _Word:
    """Who used a word, who of them in which manner, in which texts, and about what."""

    people: set[str] = field(default_factory=set)
    manners: dict[Manner, set[str]] = field(default_factory=lambda: {manner: set() for manner in Manner})
    texts: set[str] = field(default_factory=set)
    subs: Counter[str] = field(default_factory=Counter)

    @property
    def is_name(self) -> bool:
        named, plainly = len(self.manners[Manner.NAME]), len(self.manners[Manner.PLAIN])
        return named > NAME_SHARE * len(self.people) or plainly < PLAIN_SHARE * len(self.people)

    @property
    def is_shared(self) -> bool:
        return len(self.people) >= FEWEST_PEOPLE and len(self.texts) >= FEWEST_TEXTS

    @property
    def main_sub(self) -> str | None:
        return min(self.subs, key=lambda sub: (-self.subs[sub], sub)) if self.subs else None


def find_words(now: datetime) -> int:
    """Keep the words that rise in the seven days up to `now` under this week, in the place of what was kept of it; how many.

    Raises:
        ModelError: the model cannot be used.
    """
    model = model_of(name_in_use())
    with transaction() as session:
        this_week = _heard(session, now - WEEK, now, with_places=True)
        before = [_heard(session, now - (back + 1) * WEEK, now - back * WEEK) for back in range(1, WEEKS_BEFORE + 1)]
        found = rising(this_week, before, known_words(model), place_words(session))
        today = now.astimezone(settings().zone).date()
        week = today - timedelta(days=today.weekday())
        replace_words(
            session, week, [RisingWord(week=week, word=r.word, people=r.people, before=r.before, sub=r.sub, found_at=now) for r in found]
        )
    return len(found)


def rising(this_week: Sequence[Heard], before: Sequence[Sequence[Heard]], known: Set[str], places: Set[str]) -> list[Rising]:
    """What rises, most surprising first. `before`: earlier weeks, newest first; those in which nobody wrote anything tell nothing."""
    heard_before = [week for week in before if week]
    if not heard_before:
        return []
    used = _used(this_week)
    new = {word for word, use in used.items() if use.is_shared and not use.is_name and word not in known and word not in places}
    usual = dict.fromkeys(new, 0.0)
    for week in heard_before:
        earlier = _used(week)
        for word in new & earlier.keys():
            usual[word] += len(earlier[word].people) / len(heard_before)
    chances = {word: float(poisson.sf(len(used[word].people) - 1, max(usual[word], LEAST_USUAL))) for word in new}
    best = sorted((word for word in new if chances[word] < CHANCE), key=lambda word: (chances[word], word))
    return [Rising(word, len(used[word].people), round(usual[word], 2), used[word].main_sub) for word in best[:MOST]]


def known_words(model: Model) -> frozenset[str]:
    """The whole words that the model has learned something about."""
    return frozenset(model.vocabulary.names.tolist()) | frozenset(model.lower_case)


def place_words(session: Session) -> frozenset[str]:
    """The words that names of places are made of."""
    names = session.execute(select(Place.name, Place.aliases)).all()
    return frozenset(word for name, aliases in names for one in (name, *aliases) for token, _ in tokens(one) for word in words(token))


def _heard(session: Session, since: datetime, until: datetime, with_places: bool = False) -> list[Heard]:
    rows = dutch_between(session, since, until)
    spans = spans_of(session, [row.id for row in rows]) if with_places else {}
    return [Heard(text, author, sub, tuple(spans.get(id, ()))) for id, text, author, sub in rows]


def _used(heard: Iterable[Heard]) -> dict[str, _Word]:
    used: dict[str, _Word] = defaultdict(_Word)
    for one in heard:
        said = set(_words(one))
        for word, manner in said:
            used[word].people.add(one.voice)
            used[word].manners[manner].add(one.voice)
            used[word].texts.add(plain(one.text))
        if one.sub:
            for word in {word for word, _ in said}:
                used[word].subs[one.sub] += 1
    return used


def _words(heard: Heard) -> Iterator[tuple[str, Manner]]:
    """The words of a text and how they are written; links, handles, numbers, masks and places are none."""
    text = heard.text[:MOST_CHARACTERS]
    loud = text.isupper()
    position, before = 0, "."
    for token, space in tokens(text):
        inside = any(start <= position < end for start, end in heard.places)
        position += len(token) + len(space)
        if token.isspace():
            before = "." if "\n" in token else before
            continue
        if not inside and (token[0].isalpha() or (token[0] == "#" and len(token) > 1)):
            manner = Manner.EITHER if loud else _manner(token, before)
            yield from ((word, manner) for word in words(token) if len(word) >= SHORTEST and word.isalpha())
        before = token


def _manner(token: str, before: str) -> Manner:
    if plain(before) in _CUES:
        return Manner.NAME
    if token.lstrip("#")[:1].isupper():
        return Manner.EITHER if token[0] == "#" or before[-1] in _ENDS else Manner.NAME
    return Manner.PLAIN
