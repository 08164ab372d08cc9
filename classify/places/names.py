"""The names of a gazetteer, in every form in which they may be written, as a tree of words."""

import gc
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from classify.places.spelling import AREA_ENDINGS, ARTICLES, STREET_ENDINGS, short_forms
from classify.wording import plain, tokens
from models.gazetteer import Entry, Places, entries
from models.words import PlaceKind

GENERIC = frozenset(
    (
        "basisschool school speeltuin winkelcentrum sporthal sportpark buurthuis wijkcentrum zwembad museum molen camping kinderboerderij "
        "dorpshuis poppodium jongerencentrum bibliotheek station park voetbalclub peuterspeelzaal gymzaal verzorgingshuis kindcentrum"
    ).split()
)
"""What a landmark is; residents leave it out."""


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write one place. `area` is its neighbourhood, None for what is larger than one."""

    id: str
    name: str
    kind: PlaceKind
    area: str | None
    capital: tuple[bool, ...]
    """Which of its words have a capital in the gazetteer."""
    ambiguous: bool
    """Whether it could also be ordinary Dutch, or somebody's name."""
    whole: bool = True
    """False where we left out a word of it."""
    words: int = 1
    """How many words the whole name has, where it is written as one; else 1."""


@dataclass(slots=True)
class Node:
    """What can follow after some words, and which places those words name."""

    after: dict[str, "Node"] = field(default_factory=dict)
    names: tuple[Name, ...] = ()


def tree(places: Places, everyday: Collection[str]) -> Node:
    """All names of a municipality. `everyday` are words that Dutch people write without a capital."""
    collecting = gc.isenabled()
    gc.disable()  # every object made here stays: looking through them again and again would take half the time
    try:
        return _tree(places, everyday)
    finally:
        if collecting:
            gc.enable()


def _tree(places: Places, everyday: Collection[str]) -> Node:
    root = Node()
    left_out: list[tuple[tuple[str, ...], Name]] = []
    for entry in entries(places):
        area = entry.parent if entry.kind in (PlaceKind.STREET, PlaceKind.LANDMARK) else entry.id
        area = area if entry.kind in (PlaceKind.STREET, PlaceKind.LANDMARK, PlaceKind.NEIGHBOURHOOD) else None
        for written in dict.fromkeys([entry.name, *entry.aliases]):
            _add(root, left_out, entry, area, written, everyday)
    for said, name in left_out:
        if said[-1:] == said or not _is_whole(root, said[1:]):
            _hang(root, said, name)
    return root


def _is_whole(root: Node, said: tuple[str, ...]) -> bool:
    node: Node | None = root
    for word in said:
        node = node.after.get(word) if node else None
    return node is not None and any(name.whole for name in node.names)


def _add(
    root: Node, left_out: list[tuple[tuple[str, ...], Name]], entry: Entry, area: str | None, written: str, everyday: Collection[str]
) -> None:
    """Hang one name in the tree. What it is without its first word goes to `left_out`, until all whole names are known."""
    pieces = (
        written.split()
        if written.replace(" ", "").isalpha()
        else [token for token, _ in tokens(written) if token[0].isalnum() or token[0] == "'"]
    )
    if not pieces:
        return
    said = tuple([plain(token) for token in pieces])
    capital = tuple([token[0].isupper() and word not in ARTICLES for token, word in zip(pieces, said, strict=True)])
    name = Name(entry.id, entry.name, entry.kind, area, capital, _ambiguous(said, capital, entry.kind, everyday))
    _hang(root, said, name)
    if len(said) == 1:
        return
    for form in _other_forms(said):
        _hang(root, form, name)
    joined = "".join(said)
    if joined not in everyday and (said[0] not in ARTICLES or said[-1].endswith(STREET_ENDINGS)):
        _hang(root, (joined,), _with(name, (capital[0],), ambiguous=False, words=len(said)))
    rest = _without_first(said, entry.kind)
    if rest is not None:
        left = capital[-len(rest) :]
        left_out.append((rest, _with(name, left, _ambiguous(rest, left, entry.kind, everyday), whole=False)))


def _with(name: Name, capital: tuple[bool, ...], ambiguous: bool, whole: bool = True, words: int = 1) -> Name:
    return Name(name.id, name.name, name.kind, name.area, capital, ambiguous, whole, words)


def _hang(root: Node, said: Sequence[str], name: Name) -> None:
    node = root
    for word in said:
        following = node.after.get(word)
        if following is None:
            following = node.after[word] = Node()
        node = following
    if not node.names:
        node.names = (name,)
    elif all(other.id != name.id for other in node.names):
        node.names = (*node.names, name)


def _other_forms(said: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The same words with what is often shortened shortened: `v d Helmstraat`, `Burg Vosstraat`, `A Paulownastraat`."""
    for i, word in enumerate(said[:-1]):
        if word == "van" and said[i + 1] in ("der", "de", "den"):
            for short in (("v", "d"), ("vd",), ("v", said[i + 1]), ("vander",) if said[i + 1] == "der" else ("vande",)):
                yield (*said[:i], *short, *said[i + 2 :])
        if word == "van":
            yield (*said[:i], "v", *said[i + 1 :])
        for short_word in short_forms(word):
            yield (*said[:i], short_word, *said[i + 1 :])
        if word not in ARTICLES and len(word) > 3 and said[-1].endswith(STREET_ENDINGS) and not short_forms(word):
            yield (*said[:i], word[0], *said[i + 1 :])


def _without_first(said: tuple[str, ...], kind: PlaceKind) -> tuple[str, ...] | None:
    """What is left when residents drop the title, the first name, or what sort of thing it is."""
    if kind is PlaceKind.STREET and said[-1].endswith(STREET_ENDINGS) and said[-1] not in STREET_ENDINGS and len(said[-1]) > 6:
        return said[-1:]
    if kind is PlaceKind.LANDMARK and said[0] in GENERIC:
        return said[1:]
    return None


def _ambiguous(said: tuple[str, ...], capital: tuple[bool, ...], kind: PlaceKind, everyday: Collection[str]) -> bool:
    if not any(capital):
        return True
    if len(said) > 1 and said[-1].endswith(STREET_ENDINGS) and said[-1] not in STREET_ENDINGS and said[-1] not in everyday:
        return False
    if len(said) > 1:
        return all(word in everyday or word in ARTICLES or not word[0].isalpha() for word in said) or said[0] in ARTICLES
    word = said[0]
    if word in everyday or word in STREET_ENDINGS:
        return True
    endings = STREET_ENDINGS if kind is PlaceKind.STREET else STREET_ENDINGS + AREA_ENDINGS
    return kind is not PlaceKind.MUNICIPALITY and not word.endswith(endings)
