"""Whether a name in a text is the place: it may be the ordinary word, somebody's surname, or a street of another town."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path

from classify.places.names import Name
from classify.places.spelling import ARTICLES, STREET_ENDINGS
from classify.wording import Piece, plain
from models.words import PlaceKind

BEFORE_A_PLACE = frozenset(
    (
        "op aan in bij hoek nabij langs thv vanaf richting tussen naar achter voor rond rondom tot door over tegenover naast via uit te en "
        "omgeving kruising rotonde brug park buurt wijk straat gracht winkelcentrum speeltuin school bushalte halte station woon woont "
        "locatie adres bewoners inwoners inw bewoner binnen buiten ter hoogte hoekje"
    ).split()
)
BEFORE_A_NAME = frozenset(
    (
        "dhr mw mevr mevrouw meneer mijnheer heer heren familie fam juf juffrouw meester wethouder burgemeester raadslid ben naam heet mvr "
        "mej agent buurvrouw buurman oma opa tante oom groet groeten groetjes dokter dr mejuffrouw huisarts advocaat notaris "
        "heette collega "
        "namens trainer"
    ).split()
)
AWAY = frozenset(("in", "te", "uit", "van", "bij"))
_NO_FIRST_NAMES = BEFORE_A_PLACE | ARTICLES
_MARKS = frozenset(".!?")


@lru_cache(maxsize=1)
def other_towns() -> frozenset[str]:
    """Towns elsewhere in the country: a street named together with one of them is not ours."""
    lines = (Path(__file__).resolve().parent / "other_towns.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(plain(town) for line in lines if not line.startswith("#") for town in line.split())


def meant(pieces: Sequence[Piece], first: int, end: int, name: Name, everyday: Collection[str]) -> bool:
    """Whether pieces `first` up to `end` name the place."""
    if pieces[first][0][0] == "#":
        return name.kind is not PlaceKind.MUNICIPALITY
    before = word_before(pieces, first)
    last = plain(pieces[end - 1][0])
    street_like = last.endswith(STREET_ENDINGS) and last not in STREET_ENDINGS
    if before in BEFORE_A_NAME and (not street_like or _is_addressed(pieces, first, name)):
        return False
    if name.kind is not PlaceKind.MUNICIPALITY and _elsewhere(pieces, end):
        return False
    return not name.ambiguous or _shown(pieces, first, end, name, before, everyday)


def _shown(pieces: Sequence[Piece], first: int, end: int, name: Name, before: str, everyday: Collection[str]) -> bool:
    """Whether an ambiguous name shows that it is meant: by a capital, a word before it or a number after it."""
    if (
        first > 1
        and pieces[first - 1][0] == "-"
        and pieces[first - 1][1] == pieces[first - 2][1] == ""
        and pieces[first - 2][0][0].isupper()
    ):
        return False
    following = pieces[end][0] if end < len(pieces) else ""
    apart = pieces[end - 1][1] == " "
    if following == "-" and not apart and end + 1 < len(pieces) and pieces[end + 1][0][0].isupper():
        return False
    cue = before in BEFORE_A_PLACE or (before in ARTICLES and word_before(pieces, first, 2) in BEFORE_A_PLACE)
    words = len(name.capital)
    if not any(name.capital):
        return (cue or words > 1) and not (following[:1].isupper() and apart)
    if _has_capitals(pieces, first, end, name):
        if _after_a_first_name(pieces, first, everyday) or (following[:1].isupper() and apart and not cue):
            return False
        numbered = following[:1].isdigit() and apart
        word = plain(pieces[first][0])
        telling = len(word) >= 6 and (word not in everyday or (word.endswith(STREET_ENDINGS) and word not in STREET_ENDINGS))
        return before != "" or cue or numbered or words > 1 or telling or following in (":", ",", "/", "") or pieces[first][0].isupper()
    if cue and words > 1 and plain(pieces[first][0]) not in ARTICLES:
        return True
    return cue and not any(plain(piece) in everyday for piece, _ in pieces[first:end] if plain(piece) not in ARTICLES)


def _is_addressed(pieces: Sequence[Piece], first: int, name: Name) -> bool:
    """Whether the word before it, written out, calls a person by it: "mevrouw Bergweg", and not the note "Mw Bergweg 4: ..."."""
    return name.ambiguous or (len(word_before(pieces, first)) > 4 and not _numbered_soon(pieces, first))


def _numbered_soon(pieces: Sequence[Piece], first: int) -> bool:
    return any(piece[0].isdigit() or piece in ":," for piece, _ in pieces[first + 1 : first + 3])


def _elsewhere(pieces: Sequence[Piece], end: int) -> bool:
    """Whether the name of another town follows: "Kerkstraat in Utrecht", "Stationsplein, Amsterdam", "Markt 4 te Delft"."""
    seen = 0
    for piece, _ in pieces[end : end + 8]:
        word = plain(piece)
        if word in other_towns() and piece[0].isupper():
            return True
        if piece.isspace() or piece in ",(" or word in AWAY or piece[0].isdigit():
            continue
        seen += 1
        if seen or piece in _MARKS:
            return False
    return False


def _after_a_first_name(pieces: Sequence[Piece], first: int, everyday: Collection[str]) -> bool:
    """Whether a word with a capital that is no everyday word stands right before it, inside a sentence or at its beginning."""
    if first == 0 or pieces[first - 1][1] != " ":
        return False
    piece = pieces[first - 1][0]
    word = plain(piece)
    inside = word_before(pieces, first - 1) != ""
    return piece[0].isupper() and len(piece) > 1 and word.isalpha() and (inside or word not in everyday) and word not in _NO_FIRST_NAMES


def _has_capitals(pieces: Sequence[Piece], first: int, end: int, name: Name) -> bool:
    """Whether the words that have a capital in the gazetteer have one here."""
    written = [piece for piece, _ in pieces[first:end] if piece[0].isalnum() or piece[0] == "'"]
    if len(written) != len(name.capital):
        return written[0][0].isupper()
    return all(piece[0].isupper() for piece, capital in zip(written, name.capital, strict=True) if capital)


def word_before(pieces: Sequence[Piece], i: int, back: int = 1) -> str:
    """The word before piece `i` in the same sentence, or nothing."""
    for j in range(i - 1, max(-1, i - 6), -1):
        piece = pieces[j][0]
        if piece.isspace() or (piece == "." and j and plain(pieces[j - 1][0]) in BEFORE_A_NAME | {"v"}):
            continue
        if piece in _MARKS:
            return ""
        back -= 1
        if back == 0:
            return plain(piece)
    return ""
