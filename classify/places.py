"""Places named in a message: streets, neighbourhoods and landmarks of the municipality's own gazetteer, as residents write them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from classify.wording import plain, tokens
from models.municipality import Places, place_rows
from models.words import PlaceKind

STREET_ENDINGS = tuple(
    ("straat laan weg plein pad kade singel gracht dijk steeg dreef hof park plantsoen markt brug wal baan gang ring kaai erf").split()
)
AREA_ENDINGS = tuple("buurt wijk kwartier dorp eiland landen hoek stad veld zicht rijk akkers hoven waard kapel".split())
ABBREVIATED = dict(
    pair.split("=")
    for pair in (
        "str=straat ln=laan pln=plein pl=plein wg=weg k=kade kd=kade sngl=singel dwstr=dwarsstraat pd=pad prk=park plnts=plantsoen "
        "plts=plantsoen gr=gracht dk=dijk kwrt=kwartier krt=kwartier"
    ).split()
)
SHORT_FIRST = dict(
    pair.split("=")
    for pair in (
        "burg=burgemeester bur=burgemeester st=sint pr=prins prof=professor gen=generaal kon=koningin past=pastoor jhr=jonkheer "
        "mgr=monseigneur ds=dominee wilh=wilhelmina dr=dokter o=oude k=korte l=lange"
    ).split()
)
ARTICLES = frozenset(("de", "het", "t", "'t", "den", "van", "der", "la", "le"))
BEFORE_A_PLACE = frozenset(
    (
        "op aan in bij hoek nabij langs thv vanaf richting tussen naar achter voor rond rondom tot door over tegenover naast via uit te en "
        "omgeving kruising rotonde brug park buurt wijk straat gracht winkelcentrum speeltuin school bushalte halte station"
    ).split()
)
BEFORE_A_NAME = frozenset(
    (
        "dhr mw mevr mevrouw meneer mijnheer heer familie fam juf juffrouw meester wethouder burgemeester raadslid ben naam heet mvr mej "
        "agent buurvrouw buurman oma opa tante oom groet groeten groetjes"
    ).split()
)
INFLECTIONS = ("se", "er", "ers", "s", "ster", "sters")
_FUZZY_FROM = 7
_FUZZY_TWICE_FROM = 11


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text; `start` and `end` count characters, `area` is its neighbourhood, None for what is larger than one."""

    id: str
    name: str
    start: int
    end: int
    area: str | None


@dataclass(frozen=True, slots=True)
class _Name:
    """One way to write one place: its tokens in plain form, and whether it could also be ordinary Dutch."""

    written: tuple[str, ...]
    capital: tuple[bool, ...]
    ambiguous: bool
    id: str
    name: str
    kind: PlaceKind
    area: str | None


@dataclass(frozen=True, slots=True)
class _Start:
    """What a token can be the beginning of. `cut` letters at its end are inflection."""

    names: tuple[_Name, ...]
    cut: int = 0
    seconds: frozenset[str] | None = None
    """Where every name has more words: what the second can be."""


_NOTHING = _Start(())


def _start_of(names: Sequence[_Name], cut: int = 0) -> _Start:
    if not names:
        return _NOTHING
    longer = all(len(name.written) > 1 for name in names)
    return _Start(tuple(names), cut, frozenset(name.written[1] for name in names) if longer else None)


class Gazetteer:
    """Finds the places of one municipality.

    Args:
        places: the municipality's own.
        everyday: words that Dutch people write without a capital; a place with such a name must show that it is meant.
    """

    def __init__(self, places: Places, everyday: Collection[str] = frozenset()) -> None:
        self._names: dict[str, list[_Name]] = {}
        self._single: dict[str, list[str]] = {}
        for name in _names(places, everyday):
            self._names.setdefault(name.written[0], []).append(name)
            if len(name.written) == 1 and len(name.written[0]) >= _FUZZY_FROM and not name.ambiguous:
                self._single.setdefault(name.written[0][:2], []).append(name.written[0])
        for names in self._names.values():
            names.sort(key=lambda name: -len(name.written))
        self._everyday = everyday
        self._starts: dict[str, _Start] = {}

    def find(self, text: str) -> list[Found]:
        """The places in a text, in order, without overlap."""
        return self.among(tokens(text))

    def among(self, pieces: Sequence[tuple[str, str]]) -> list[Found]:
        """The places in a text that is already cut in tokens."""
        known = self._starts
        hits = []
        for i, (token, _) in enumerate(pieces):
            start = known.get(token)
            if start is None:
                start = self._start(token)
            if start is not _NOTHING and (start.seconds is None or _follows(pieces, i, start.seconds)):
                hits.append((i, start))
        return self._match(pieces, hits) if hits else []

    def _match(self, pieces: Sequence[tuple[str, str]], hits: Sequence[tuple[int, _Start]]) -> list[Found]:
        offsets = _offsets(pieces)
        found: list[tuple[_Name, int, int]] = []
        free = 0
        for i, start in hits:
            if i < free:
                continue
            for name in start.names:
                end = _end(pieces, i, name)
                if end and self._meant(pieces, i, end, name):
                    after = offsets[end - 1] + len(pieces[end - 1][0]) - start.cut
                    found.append((name, offsets[i] + (pieces[i][0][0] == "#"), after))
                    free = end
                    break
        return [Found(name.id, name.name, start, end, name.area) for name, start, end in self._settle(found)]

    def _settle(self, found: list[tuple[_Name, int, int]]) -> list[tuple[_Name, int, int]]:
        """Of places with the same name take the one in an area that is named too, if there is one."""
        areas = {name.area for name, _, _ in found if name.kind is PlaceKind.NEIGHBOURHOOD}
        settled = []
        for name, start, end in found:
            same = [other for other in self._names[name.written[0]] if other.written == name.written and other.area in areas]
            settled.append((same[0] if same and name.area not in areas else name, start, end))
        return settled

    def _start(self, token: str) -> _Start:
        """What this token can begin; remembered, since residents use the same words all day."""
        start = self._look_up(token)
        if len(self._starts) > 200_000:
            self._starts.clear()
        self._starts[token] = start
        return start

    def _look_up(self, token: str) -> _Start:
        word = plain(token.lstrip("#"))
        if not word or not (word[0].isalpha() or word[0] == "'"):
            return _NOTHING
        if word in self._names:
            return _start_of(self._names[word])
        longer = SHORT_FIRST.get(word)
        if longer in self._names and longer is not None:
            return _start_of([name for name in self._names[longer] if len(name.written) > 1])
        for spelling in _spellings(word)[1:]:
            if spelling in self._names:
                return _start_of(self._names[spelling])
        for ending in INFLECTIONS:
            stem = word[: -len(ending)]
            if len(stem) > 4 and word.endswith(ending) and (names := self._of_areas(stem)):
                return _start_of(names, cut=len(ending))
        return self._guess(token, word)

    def _of_areas(self, stem: str) -> tuple[_Name, ...]:
        return tuple(n for n in self._names.get(stem, ()) if len(n.written) == 1 and not n.ambiguous and n.kind is not PlaceKind.STREET)

    def _guess(self, token: str, word: str) -> _Start:
        """A name that differs in one letter, in two for a long one; never for a word that is simply Dutch."""
        if len(word) < _FUZZY_FROM or word in self._everyday or not (token[0].isupper() or word.endswith(STREET_ENDINGS)):
            return _NOTHING
        near = self._single.get(word[:2], [])
        allowed = 2 if len(word) >= _FUZZY_TWICE_FROM else 1
        best = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=allowed)
        if best is None or (best[1] > 1 and _stem_changed(word, best[0])):
            return _NOTHING
        return _start_of([n for n in self._names[best[0]] if len(n.written) == 1])

    def _meant(self, pieces: Sequence[tuple[str, str]], i: int, end: int, name: _Name) -> bool:
        """Whether a match is the place, and not the ordinary word or a person."""
        if pieces[i][0][0] == "#" and name.kind is PlaceKind.MUNICIPALITY:
            return False
        before = _word_before(pieces, i)
        if before in BEFORE_A_NAME and not name.written[-1].endswith(STREET_ENDINGS):
            return False
        if not name.ambiguous:
            return True
        following = pieces[end][0] if end < len(pieces) else ""
        if following == "-" and pieces[end - 1][1] == "" and end + 1 < len(pieces) and pieces[end + 1][0][0].isupper():
            return False
        capitals = _capitals(pieces, i, name)
        cue = before in BEFORE_A_PLACE or (before in ARTICLES and _word_before(pieces, i, 2) in BEFORE_A_PLACE)
        if not any(name.capital):
            return (cue or len(name.written) > 1) and not (following[:1].isupper() and pieces[end - 1][1] == " ")
        numbered = following[:1].isdigit() and pieces[end - 1][1] == " "
        if capitals:
            return before != "" or cue or numbered or len(name.written) > 1 or following in (":", ",", "/", "")
        return cue and not any(word in self._everyday for word in name.written if word not in ARTICLES)


def _names(places: Places, everyday: Collection[str]) -> Iterable[_Name]:
    for row in place_rows(places):
        area = row.parent if row.kind in (PlaceKind.STREET, PlaceKind.LANDMARK) else row.id if row.kind is PlaceKind.NEIGHBOURHOOD else None
        for written in dict.fromkeys([row.name, *row.aliases]):
            pieces = [token for token, _ in tokens(written) if not token.isspace()]
            if pieces:
                said = tuple(plain(token) for token in pieces)
                capital = tuple(token[0].isupper() and word not in ARTICLES for token, word in zip(pieces, said, strict=True))
                yield _Name(said, capital, _ambiguous(said, capital, row.kind, everyday), row.id, row.name, row.kind, area)


def _ambiguous(said: tuple[str, ...], capital: tuple[bool, ...], kind: PlaceKind, everyday: Collection[str]) -> bool:
    if not any(capital):
        return True
    if len(said) > 1:
        return all(word in everyday or word in ARTICLES or not word[0].isalpha() for word in said) or said[0] in ARTICLES
    word = said[0]
    if word in everyday or word in STREET_ENDINGS:
        return True
    return (
        not word.endswith(STREET_ENDINGS if kind is PlaceKind.STREET else STREET_ENDINGS + AREA_ENDINGS)
        and kind is not PlaceKind.MUNICIPALITY
    )


def _end(pieces: Sequence[tuple[str, str]], i: int, name: _Name) -> int:
    """The token after the last one of `name`, if the text says it from token `i` on; else 0."""
    at = i + 1
    for word in name.written[1:]:
        if at < len(pieces) and (pieces[at][0].isspace() or (pieces[at][0] == "." and word != ".")):
            at += 1
        if at >= len(pieces) or not _same(pieces[at][0], word):
            return 0
        at += 1
    return at


def _follows(pieces: Sequence[tuple[str, str]], i: int, seconds: frozenset[str]) -> bool:
    """Whether the next word can be the second of a name; white space or an abbreviation's full stop may stand between."""
    return any(spelling in seconds for piece, _ in pieces[i + 1 : i + 3] for spelling in _spellings(piece))


def _same(token: str, word: str) -> bool:
    return word in _spellings(token)


@lru_cache(maxsize=100_000)
def _spellings(token: str) -> tuple[str, ...]:
    """A token in plain form, and what it is short for."""
    said = plain(token)
    shorts = [said[: -len(short)] + ending for short, ending in ABBREVIATED.items() if said.endswith(short) and len(said) > len(short) + 2]
    return said, *shorts


def _capitals(pieces: Sequence[tuple[str, str]], i: int, name: _Name) -> bool:
    """Whether the words that have a capital in the gazetteer have one here."""
    written = [piece for piece, _ in pieces[i : i + 2 * len(name.written)] if piece != "." and not piece.isspace()]
    return all(piece[0].isupper() for piece, capital in zip(written, name.capital, strict=False) if capital)


def _word_before(pieces: Sequence[tuple[str, str]], i: int, back: int = 1) -> str:
    """The word before token `i` in the same sentence, or nothing."""
    for j in range(i - 1, max(-1, i - 6), -1):
        piece = pieces[j][0]
        if piece.isspace() or (piece == "." and j and plain(pieces[j - 1][0]) in BEFORE_A_NAME | {"v"}):
            continue
        if piece in ".!?":
            return ""
        back -= 1
        if back == 0:
            return plain(piece)
    return ""


def _offsets(pieces: Sequence[tuple[str, str]]) -> list[int]:
    offsets, position = [], 0
    for token, space in pieces:
        offsets.append(position)
        position += len(token) + len(space)
    return offsets


@lru_cache(maxsize=10_000)
def _stem_changed(word: str, name: str) -> bool:
    """Whether two errors both fall in the part that tells one street from another, and that part is short."""
    ending = next((ending for ending in STREET_ENDINGS if name.endswith(ending)), "")
    return len(name) - len(ending) < 8 and word.endswith(ending)
