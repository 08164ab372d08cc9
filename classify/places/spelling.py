"""How residents spell the names of streets and neighbourhoods: abbreviations, inflections and typing errors."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from classify.wording import plain

STREET_ENDINGS = tuple(
    (
        "straat laan weg plein pad kade singel gracht dijk steeg dreef hof park plantsoen markt brug wal baan gang ring kaai erf "
        "sloot vaart "
        "haven poort boulevard"
    ).split()
)
AREA_ENDINGS = tuple("buurt wijk kwartier dorp eiland landen hoek stad veld zicht rijk akkers hoven waard kapel".split())
SEPARABLE = frozenset(
    "straat str laan ln weg wg plein pln pad kade singel gracht dijk steeg dreef park plantsoen buurt wijk kwartier".split()
)
"""Endings that residents write apart, or after a hyphen."""
ARTICLES = frozenset(("de", "het", "t", "'t", "den", "van", "der", "la", "le", "ten", "ter"))
_ABBREVIATED = dict(
    pair.split("=")
    for pair in (
        "str=straat strt=straat ln=laan pln=plein pl=plein wg=weg k=kade kd=kade sngl=singel sgl=singel dwstr=dwarsstraat pd=pad prk=park "
        "plnts=plantsoen plts=plantsoen gr=gracht dk=dijk kwrt=kwartier krt=kwartier brt=buurt wk=wijk"
    ).split()
)
_SHORT_WORDS = {
    word: shorts.split(",")
    for word, shorts in (
        pair.split("=")
        for pair in (
            "burgemeester=burg,burgem,bgm,burgermeester sint=st prins=pr prinses=pr,prs professor=prof generaal=gen koningin=kon,kgn "
            "koning=kon "
            "pastoor=past jonkheer=jhr monseigneur=mgr dominee=ds dokter=dr doctor=dr oude=o oud=o korte=k lange=l nieuwe=n,nwe grote=gr,g "
            "kleine=kl admiraal=adm kapitein=kap meester=mr ingenieur=ir wilhelmina=wilh president=pres kardinaal=kard "
            "wethouder=weth noorder=n zuider=z"
        ).split()
    )
}
INFLECTIONS = ("se", "er", "ers", "s", "ster", "sters", "bewoner", "bewoners", "kinderen", "jeugd", "feest", "krant")
_MEMORY = 100_000


def short_forms(word: str) -> list[str]:
    """What the first word of a name is shortened to; nothing for most words."""
    return _SHORT_WORDS.get(word, [])


@lru_cache(maxsize=_MEMORY)
def spellings(token: str) -> tuple[str, ...]:
    """A token in plain form, and what it is short for."""
    said = plain(token.lstrip("#")).replace("’", "'")
    if said in _ABBREVIATED:
        return said, _ABBREVIATED[said]
    shorts = [said[: -len(short)] + ending for short, ending in _ABBREVIATED.items() if said.endswith(short) and len(said) > len(short) + 2]
    return said, *shorts


@lru_cache(maxsize=_MEMORY)
def sounds(word: str) -> str:
    """A word with letters that sound alike made alike: `Kievietstraat` and `Kievitstraat` are one."""
    return _DOUBLE.sub(r"\1", _WRITTEN.sub(lambda found: _HEARD[found[0]], word))


_HEARD = dict(pair.split("=") for pair in "ch=g ij=y ei=y ou=au ae=aa th=t dt=t ph=f ck=k c=k z=s v=f ie=i x=ks".split())
_WRITTEN, _DOUBLE = re.compile("|".join(_HEARD)), re.compile(r"(.)\1+")
_LEAST, _TWICE_FROM, _SHORT_STEM = 7, 11, 4
_HEAD = 4


def is_slip(written: str, name: str) -> bool:
    """Whether `written` is likely `name` with a typing error, and not another street's name."""
    stem, ending = stem_of(name)
    if len(written) < _LEAST - 1 or len(name) < _LEAST:
        return False
    errors = OSA.distance(written, name, score_cutoff=2)
    stem_kept = written.startswith(stem)
    if errors == 1:
        same_length = len(written) == len(name) and sorted(written) != sorted(name)
        return stem_kept or not (same_length and len(stem) <= _SHORT_STEM + 1) or sounds(written) == sounds(name)
    if sounds(written) == sounds(name):
        return True
    ending_kept = bool(ending) and written.endswith(ending)
    return errors == 2 and len(name) >= _TWICE_FROM and (not ending_kept or len(stem) >= 8 or sorted(written) == sorted(name))


def stem_of(name: str) -> tuple[str, str]:
    """What tells a street from another, and its ending: `merel`, `straat`. Without such an ending the whole is stem."""
    for ending in STREET_ENDINGS + AREA_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)], ending
    return name, ""


class Near:
    """Finds the names of a long list that differ in a letter or two from a word, without comparing it with them all.

    An error stands after the first letters or before the others, so names are kept by both, and by their sound.
    """

    def __init__(self, names: Iterable[str]) -> None:
        kept: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if len(name) >= _LEAST:
                for key in (name[:_HEAD], "-" + name[_HEAD:], "-" + name[_HEAD + 1 :], "~" + sounds.__wrapped__(name)):
                    kept[key].append(name)
        self._kept = {key: " ".join(near) for key, near in kept.items()}

    def nearest(self, word: str) -> str | None:
        """The one name that `word` is likely a slip of; None where there is none, or where two are as near."""
        keys = ("~" + sounds(word), word[:_HEAD], *("-" + word[cut:] for cut in range(_HEAD - 1, _HEAD + 3)))
        alike = self._kept.get(keys[0], "").split()
        if len(alike) == 1:
            return alike[0]
        return nearest_of(word, {name for key in keys for name in self._kept.get(key, "").split()})


def nearest_of(word: str, names: Collection[str]) -> str | None:
    """The one of these names that `word` is likely a slip of; None where there is none, or where two are as near."""
    best = process.extract(word, names, scorer=OSA.distance, score_cutoff=2, limit=5)
    slips = [(name, errors) for name, errors, _ in best if is_slip(word, name)]
    return str(slips[0][0]) if slips and (len(slips) == 1 or slips[0][1] < slips[1][1]) else None
