"""Finds the places of a municipality in what residents write."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from classify.places.choice import choose, lie_of
from classify.places.meaning import BEFORE_A_PLACE, meant, word_before
from classify.places.names import Name, Node, tree
from classify.places.spelling import ARTICLES, INFLECTIONS, SEPARABLE, STREET_ENDINGS, Near, nearest_of, spellings
from classify.wording import Piece, plain, tokens
from models.gazetteer import Neighbourhood, Places
from models.words import PlaceKind

Locate = Callable[[str], Neighbourhood | None]
_MOST_REMEMBERED = 200_000
_LEAST_GUESSED = 7
_LOOSE_ENDINGS = tuple(ending for ending in STREET_ENDINGS if ending not in ("ring", "gang", "baan", "erf", "hof", "wal"))
"""Endings that make a word look like a street; many ordinary words end in the others."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text; `start` and `end` count characters, `area` is its neighbourhood, None for what is larger than one."""

    id: str
    name: str
    start: int
    end: int
    area: str | None


@dataclass(frozen=True, slots=True)
class _Start:
    """What a word can be the beginning of. `cut` letters at its end are inflection; `ending`: it may be the end of a name cut in two."""

    node: Node
    cut: int = 0
    ending: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    """Pieces `first` up to `end` say one of these names."""

    names: Sequence[Name]
    first: int
    end: int
    cut: int = 0
    extent: int | None = None
    """Where its last letter stands, if that is not the end of the last piece."""


_NOTHING = _Start(Node())
_DASH = _Start(Node(), ending=True)


class Gazetteer:
    """Finds the places of one municipality.

    Args:
        places: the municipality's own.
        everyday: words that Dutch people write without a capital; a place with such a name must show that it is meant.
        locate: tells in which neighbourhood a street lies that `places` does not name, if anybody can.
    """

    def __init__(self, places: Places, everyday: Collection[str] = frozenset(), locate: Locate | None = None) -> None:
        self._locate = locate
        self._root = tree(places, everyday)
        self._lie = lie_of(places)
        self._near = Near(word for word, node in self._root.after.items() if word not in everyday and (node.after or _stands_alone(node)))
        self._everyday = everyday
        self._starts: dict[str, _Start] = {"-": _DASH}
        self._guesses: dict[tuple[int, str], Node | None] = {}

    def find(self, text: str) -> list[Found]:
        """The places in a text, in order, without overlap."""
        return self.among(tokens(text))

    def among(self, pieces: Sequence[Piece]) -> list[Found]:
        """The places in a text that is already cut in tokens."""
        known = self._starts
        hits: list[_Hit] = []
        free = 0
        for i, (token, _) in enumerate(pieces):
            start = known.get(token)
            if start is None:
                start = self._start(token)
            if start is _NOTHING or i < free:
                continue
            hit = self._hit(pieces, i, start) or (self._cut_in_two(pieces, i) if start.ending and i else None)
            if hit is not None and (not hits or hit.first >= hits[-1].end):
                hits.append(hit)
                free = hit.end
        found = self._settle(pieces, hits) if hits else []
        return found if self._locate is None else sorted([*found, *self._located(pieces, hits)], key=lambda place: place.start)

    def _located(self, pieces: Sequence[Piece], hits: Sequence[_Hit]) -> Iterator[Found]:
        """Streets that only `locate` knows; each stands for its neighbourhood."""
        taken = {at for hit in hits for at in range(hit.first, hit.end)}
        offsets = _offsets(pieces)
        for i, (token, _) in enumerate(pieces):
            word = spellings(token)[-1]
            if (
                i in taken
                or not word.isalpha()
                or not word.endswith(_LOOSE_ENDINGS)
                or word in self._everyday
                or len(word) < _LEAST_GUESSED
            ):
                continue
            name = Name("", token, PlaceKind.STREET, None, (True,), ambiguous=True)
            area = self._locate(word) if self._locate and meant(pieces, i, i + 1, name, self._everyday) else None
            if area is not None:
                yield Found(area.id, area.name, offsets[i], offsets[i] + len(token), area.id)

    def _hit(self, pieces: Sequence[Piece], i: int, start: _Start) -> _Hit | None:
        """The longest name that the text says from piece `i` on, if it is meant."""
        node, at = start.node, i + 1
        best = _Hit(node.names, i, at, start.cut) if node.names else None
        said: list[_Hit] = [best] if best else []
        while node.after and at < len(pieces):
            if pieces[at][0].isspace() or pieces[at][0] in ".-":
                at += 1
                continue
            following = self._following(node, pieces[at][0])
            if following is None:
                break
            node, at = following, at + 1
            if node.names:
                said.append(_Hit(node.names, i, at))
        for hit in reversed(said):
            if names := [name for name in hit.names if meant(pieces, hit.first, hit.end, name, self._everyday)]:
                return _Hit(names, hit.first, hit.end, hit.cut)
        return None

    def _following(self, node: Node, token: str) -> Node | None:
        after = node.after
        for spelling in spellings(token):
            if spelling in after:
                return after[spelling]
        if len(token) < _LEAST_GUESSED or not token.isalpha() or not (token[0].isupper() or token.endswith(_LOOSE_ENDINGS)):
            return None
        if token.lower() in self._everyday:
            return None
        guess = (id(node), token)
        if guess not in self._guesses:
            if len(self._guesses) > _MOST_REMEMBERED:
                self._guesses.clear()
            name = nearest_of(plain(token), after.keys())
            self._guesses[guess] = None if name is None else after[name]
        return self._guesses[guess]

    def _cut_in_two(self, pieces: Sequence[Piece], i: int) -> _Hit | None:
        """`kerk straat`, `Molen-weg`, and the first of `Kerk- en Schoolstraat`."""
        back = i - 1
        if pieces[back][0] == "-" and pieces[back][1] == "" and back:
            back -= 1
        stem = pieces[back][0]
        if not stem[0].isalpha() or len(stem) < 3 or (pieces[i][0] == "-" and pieces[back][1]):
            return None
        if pieces[i][0] == "-":
            ending = self._ending_later(pieces, i)
            names = self._named(plain(stem) + ending) if ending else []
            extent = _length(pieces[:back]) + len(stem)
            return _Hit(names, back, i, extent=extent) if names else None
        names = [name for spelling in spellings(pieces[i][0]) for name in self._named(plain(stem) + spelling)]
        following = pieces[i + 1][0] if i + 1 < len(pieces) else ""
        before = word_before(pieces, back)
        cue = before in BEFORE_A_PLACE or (before in ARTICLES and word_before(pieces, back, 2) in BEFORE_A_PLACE)
        shown = stem[0].isupper() or following[:1].isdigit() or (cue and plain(pieces[i][0]) not in ("weg", "park", "wg"))
        return _Hit(names, back, i + 1) if names and shown else None

    def _named(self, word: str) -> list[Name]:
        node = self._root.after.get(word)
        return [name for name in node.names if not name.ambiguous] if node else []

    def _ending_later(self, pieces: Sequence[Piece], i: int) -> str:
        """After `Kerk-`: the ending of the street that follows `en` or `of`."""
        words = [spellings(piece)[-1] for piece, _ in pieces[i + 1 : i + 7] if piece[0].isalpha()]
        if len(words) < 2 or words[0] not in ("en", "of", "of", "t/m"):
            return ""
        return next((ending for ending in STREET_ENDINGS if words[1].endswith(ending) and words[1] != ending), "")

    def _settle(self, pieces: Sequence[Piece], hits: Sequence[_Hit]) -> list[Found]:
        """One place for each hit; where a name is that of several, what else the message names decides."""
        sure = [hit.names[0] for hit in hits if len(hit.names) == 1 and hit.names[0].kind is not PlaceKind.MUNICIPALITY]
        named = [name.area or name.id for name in sure]
        offsets = _offsets(pieces)
        found = []
        for hit in hits:
            chosen = choose(hit.names, named, self._lie) if len(hit.names) > 1 else hit.names[0]
            start = offsets[hit.first] + (pieces[hit.first][0][0] == "#")
            end = hit.extent or offsets[hit.end - 1] + len(pieces[hit.end - 1][0]) - hit.cut
            if isinstance(chosen, str):
                area = self._lie.areas[chosen]
                found.append(Found(area.id, area.name, start, end, area.id if area.kind is PlaceKind.NEIGHBOURHOOD else None))
            else:
                found.append(Found(chosen.id, chosen.name, start, end, chosen.area))
        return found

    def _start(self, token: str) -> _Start:
        """What this token can begin; remembered, since residents use the same words all day."""
        start = self._look_up(token)
        if len(self._starts) > _MOST_REMEMBERED:
            self._starts.clear()
            self._starts["-"] = _DASH
        self._starts[token] = start
        return start

    def _look_up(self, token: str) -> _Start:
        word, *longer = spellings(token)
        if not word or not (word[0].isalpha() or word[0] == "'"):
            return _NOTHING
        ending = word in SEPARABLE
        for spelling in (word, *longer):
            if (spelling in self._root.after and len(spelling) > 1) or (spelling in self._root.after and self._root.after[spelling].after):
                return _Start(self._root.after[spelling], ending=ending)
        for inflected in INFLECTIONS:
            stem = word[: -len(inflected)]
            if len(stem) > 4 and word.endswith(inflected) and (names := self._areas_called(stem)):
                return _Start(Node(names=tuple(names)), cut=len(inflected))
        if ending:
            return _Start(Node(), ending=True)
        return self._guess(token, longer[0] if longer else word)

    def _areas_called(self, stem: str) -> list[Name]:
        node = self._root.after.get(stem)
        return [name for name in node.names if not name.ambiguous and name.kind is not PlaceKind.STREET] if node else []

    def _guess(self, token: str, word: str) -> _Start:
        """A name that differs in a letter or two; never for a word that is simply Dutch."""
        if (
            len(word) < _LEAST_GUESSED
            or plain(token) in self._everyday
            or word in self._everyday
            or not (token[0].isupper() or word.endswith(_LOOSE_ENDINGS))
        ):
            return _NOTHING
        name = self._near.nearest(word)
        return _NOTHING if name is None else _Start(self._root.after[name])


def _stands_alone(node: Node) -> bool:
    """Whether these are names of one word, and not several that we joined."""
    return any(name.words == 1 for name in node.names)


def _length(pieces: Sequence[Piece]) -> int:
    return sum(len(token) + len(space) for token, space in pieces)


def _offsets(pieces: Sequence[Piece]) -> list[int]:
    offsets, position = [], 0
    for token, space in pieces:
        offsets.append(position)
        position += len(token) + len(space)
    return offsets
