"""A mapping proposed for an export that nobody mapped yet: from what its columns are called, and from what stands in them.

Neither is enough: "Datum" may hold the moment of an answer, and `Kolom3` the messages. A name that what stands below it contradicts
counts for nothing; without a name only what shows itself (text, moment, address) is proposed. A person confirms it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from ingest.exports.columns import OUTGOING, YES
from ingest.written.moments import NoMoment, moment

KNOWN: Mapping[str, tuple[str, ...]] = {
    field: tuple(names.split())
    for field, names in {
        "text": "bericht berichttekst tekst notitie omschrijving inhoud melding vraag toelichting content message messagetext posttext "
        "text body description opmerking reactie comment gespreksnotitie meldingtekst bodytext fulltext snippet hittext mention",
        "date": "geplaatstop datumtijd datumentijd datum gepubliceerdop publicatiedatum aangemaaktop aanmaakdatum ontvangen ontvangenop "
        "ontvangstdatum registratiedatum meldingsdatum contactdatum begintijd createdat publishedat datetime timestamp createdtime date "
        "created published postdate publicationdate receivedat",
        "time": "tijd tijdstip uur time",
        "id": "berichtid contactnummer meldingsnummer meldingnummer zaaknummer kenmerk registratienummer nummer messageid postid "
        "externalid externid uniqueid conversationitemid mentionid id guid",
        "author": "auteur afzender gebruiker gebruikersnaam account accountnaam handle screenname username author from sender van "
        "authorname profilename",
        "url": "link url permalink berichturl posturl weblink messagelink",
        "answered": "beantwoordop afgehandeldop beantwoord afgehandeld afhandeldatum antwoorddatum answeredat repliedat "
        "resolvedat closedat firstresponseat",
        "edited": "bewerktop gewijzigdop gewijzigd editedat modifiedat updatedat",
        "medium": "netwerk kanaal bron brontype platform medium channel network source sourcetype socialnetwork",
        "private": "privé prive privebericht vertrouwelijk private isprivate directmessage dm",
        "conversation": "gesprekid gesprek conversatie conversatieid conversationid threadid thread draad",
        "in_reply_to": "reactieop antwoordop inreplyto inreplytoid parentid",
        "reach": "bereik reach views impressies impressions potentialreach",
        "outgoing": "richting inuit direction inboundoutbound uitgaand outgoing",
    }.items()
}
"""Best-known headings by field, in plain letters, the best first."""
ABOUT = ("onderwerp", "subject", "titel", "title")
"""Goes before the text where it says something else."""
MOST = 0.8
"""The share of filled cells that must look as a field's should."""
HALF = 0.5
"""The same for moments under a heading that says so."""
WORDS = 15
"""Average length from which a column holds sentences."""
_URL = re.compile(r"https?://\S+", re.I)
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s*[ap]m)?", re.I)
_UTC = re.compile(r"\b(?:utc|gmt)\b", re.I)


@dataclass(frozen=True)
class Proposal:
    """Headings by field, as far as they could be told; several for `text` come in their order. `utc`: the heading says so."""

    columns: Mapping[str, str | list[str]]
    utc: bool = False

    @property
    def lacks(self) -> list[str]:
        """What a mapping cannot do without and this one does not have, in Dutch."""
        return [dutch for field, dutch in (("text", "de tekst"), ("date", "de datum")) if field not in self.columns]


@dataclass(frozen=True)
class Shape:
    """What stands in one column: shares of its filled cells, their average length; `cells` is how many are filled."""

    cells: int = 0
    dates: float = 0.0
    clocks: float = 0.0
    urls: float = 0.0
    figures: float = 0.0
    distinct: float = 0.0
    length: float = 0.0
    spaced: float = 0.0
    said: frozenset[str] = frozenset()
    """Its different values in lower case, where these are few."""
    whole: bool = False
    """No cell is empty."""


def propose(headings: Sequence[str], samples: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Proposal:
    """The most likely mapping of these columns; each column is used once."""
    shapes = {heading: shape([row.get(heading) for row in samples], zone) for heading in headings}
    free = list(headings)
    chosen: dict[str, str | list[str]] = {}
    for field in FIELDS:
        ranked = sorted(free, key=lambda heading: -_likely(field, heading, shapes[heading]))
        if ranked and _likely(field, ranked[0], shapes[ranked[0]]) > 0:
            chosen[field] = ranked[0]
            free.remove(ranked[0])
    about = next((heading for name in ABOUT for heading in free if plain(heading) == name and _sentences(shapes[heading], 5)), None)
    if about and isinstance(text := chosen.get("text"), str) and _says_more(about, text, samples):
        chosen["text"] = [about, text]
    return Proposal(chosen, utc=bool(_UTC.search(str(chosen.get("date", "")).replace("_", " "))))


def plain(heading: str) -> str:
    """A heading without spaces, signs and capitals, and without what stands in brackets behind it."""
    return re.sub(r"[\W_]", "", re.sub(r"[(\[].*", "", heading).lower()) or re.sub(r"[\W_]", "", heading.lower())


def shape(values: Sequence[Any], zone: ZoneInfo) -> Shape:
    """What these cells look like."""
    filled = [value for value in values if value is not None and str(value).strip()]
    if not filled:
        return Shape()
    texts = [str(value).strip() for value in filled]
    different = {text.lower() for text in texts}

    def share(holds: Callable[[Any], bool]) -> float:
        return sum(map(holds, filled)) / len(filled)

    return Shape(
        cells=len(filled),
        dates=share(lambda value: _is_moment(value, zone)),
        clocks=share(lambda value: hasattr(value, "minute") or bool(_CLOCK.fullmatch(str(value).strip()))),
        urls=share(lambda value: bool(_URL.fullmatch(str(value).strip()))),
        figures=share(lambda value: bool(re.fullmatch(r"[\d.,\s-]+", str(value).strip()))),
        distinct=len(different) / len(filled),
        length=sum(map(len, texts)) / len(texts),
        spaced=share(lambda value: " " in str(value).strip()),
        said=frozenset(different) if len(different) <= 12 else frozenset(),
        whole=len(filled) == len(values),
    )


def _likely(field: str, heading: str, found: Shape) -> float:
    """How likely this column is that field; 0 where it is not."""
    known = KNOWN[field]
    name = plain(heading)
    called = 2.0 - known.index(name) / 100 if name in known else 0.0
    if found.cells == 0:
        return called if field not in NEEDED else 0.0
    return FIELDS[field](called, found)


def _text(called: float, found: Shape) -> float:
    if max(found.dates, found.urls, found.figures) > 1 - MOST or (not called and not _sentences(found, WORDS)):
        return 0.0
    return called + min(found.length, 200) / 200 * found.distinct


def _date(called: float, found: Shape) -> float:
    return (called or 0.5) if found.dates >= (HALF if called else MOST) and (called or found.whole) else 0.0


def _id(called: float, found: Shape) -> float:
    return called if found.distinct == 1 and found.whole and found.spaced < 1 - MOST else 0.0


def _url(called: float, found: Shape) -> float:
    return (called or 0.5 * found.distinct) if found.urls >= MOST else 0.0


def _named_and(fits: Callable[[Shape], bool]) -> Callable[[float, Shape], float]:
    return lambda called, found: called if fits(found) else 0.0


FIELDS: Mapping[str, Callable[[float, Shape], float]] = {
    "id": _id,
    "answered": _named_and(lambda found: found.dates >= MOST),
    "edited": _named_and(lambda found: found.dates >= MOST),
    "date": _date,
    "time": _named_and(lambda found: found.clocks >= MOST),
    "url": _url,
    "private": _named_and(lambda found: bool(found.said) and found.said <= YES | {"nee", "n", "no", "false", "0", "openbaar", "public"}),
    "outgoing": _named_and(
        lambda found: bool(found.said) and found.said <= OUTGOING | {"inkomend", "in", "incoming", "inbound", "nee", "no", "false", "0"}
    ),
    "text": _text,
    "medium": _named_and(lambda found: found.length <= 30 and found.urls == 0 and found.figures < MOST),
    "author": _named_and(lambda found: found.length <= 60 and found.dates < MOST),
    "conversation": _named_and(lambda found: found.length <= 100 and found.dates < MOST),
    "in_reply_to": _named_and(lambda found: found.length <= 100 and found.dates < MOST),
    "reach": _named_and(lambda found: found.figures >= MOST),
}
"""How each field shows itself, in the order in which columns are given away: what only a name can tell goes before what it looks like."""
NEEDED = ("text", "date")


def _sentences(found: Shape, length: float) -> bool:
    return found.length >= length and found.spaced >= 0.5 and found.distinct >= 0.5


def _says_more(about: str, text: str, samples: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a title is more than the beginning of its text."""
    both = [(str(row.get(about) or "").strip(" .…"), str(row.get(text) or "").strip()) for row in samples]
    told = [(title, body) for title, body in both if title]
    return bool(told) and sum(not body.startswith(title) for title, body in told) > len(told) / 2


def _is_moment(value: Any, zone: ZoneInfo) -> bool:
    if isinstance(value, int | float) or (
        isinstance(value, str) and re.fullmatch(r"[\d.,]{1,9}|\d{11,}", value.strip()) and not _dotted(value)
    ):
        return False
    try:
        moment(value, zone)
    except NoMoment:
        return False
    return True


def _dotted(value: str) -> bool:
    return value.count(".") == 2
