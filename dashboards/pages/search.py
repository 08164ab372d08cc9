"""Zoeken: what residents wrote, by words, with the themes, places, channels and kinds of what was found beside it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from rapidfuzz import process
from rapidfuzz.fuzz import ratio
from starlette.responses import Response

from dashboards.people.rights import Right
from dashboards.visit import Visit, Visitor, needs
from dashboards.words.explanation import Explained, explained
from models.annotation import Annotation
from models.language import _
from models.message import Message
from models.search import LONGEST, Found, Match, Search, asks_something, highlighted, search, signals_of, words_in_use
from models.settings import settings
from models.sight import readable
from models.tally import beginning
from models.trend import areas_to_ask, themes_to_ask
from models.words import Channel, Kind

router = APIRouter(prefix="/zoeken", dependencies=[needs(Right.READ)])

A_PAGE = 20
BESIDE = 8
"""Lines of each list beside the results."""
ALIKE = 70
"""Likeness, of 100, from which a word may be what somebody meant."""


@dataclass(frozen=True)
class Asked:
    """What the visitor looks for, as far as that can be looked for; `misfits` says kindly what could not."""

    search: Search
    first: date | None
    last: date | None
    misfits: tuple[str, ...]

    @property
    def address(self) -> dict[str, str]:
        """The question as the parameters of a link."""
        s = self.search
        given = {"q": s.words, "thema": s.theme, "plek": s.area, "kanaal": s.channel, "soort": s.kind, "van": self.first, "tot": self.last}
        return {name: str(value) for name, value in given.items() if value}

    def link(self, **other: str | int | None) -> str:
        """The same question with something changed, or (None) left out."""
        changed = {**self.address, **other}
        return "/zoeken?" + urlencode({name: value for name, value in changed.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether anything but the words is asked."""
        return self.address.keys() != {"q"}


@dataclass(frozen=True)
class Result:
    """One message that was found: the telling pieces of what it says, and the signal it is in."""

    message: Message
    annotation: Annotation | None
    pieces: tuple[tuple[str, bool], ...]
    themes: tuple[str, ...]
    signal: int | None


@router.get("")
def found(visit: Visitor, bladzij: int = 1) -> Response:
    zone = settings().zone
    themes, areas = themes_to_ask(visit.session), areas_to_ask(visit.session)
    asked = understood(visit.request.query_params, {t.slug for t in themes}, {a.id for a in areas}, zone)
    words = asked.search.words
    asks = bool(words) and asks_something(visit.session, words)
    what = search(visit.session, asked.search, readable(visit.reader)) if asks else Found((), None)
    page = min(max(1, bladzij), -(-len(what.matches) // A_PAGE) or 1)
    shown = what.matches[(page - 1) * A_PAGE : page * A_PAGE]
    return visit.page(
        "search.html",
        asked=asked,
        asks=asks,
        found=what,
        results=_results(visit, words, [match.message_id for match in shown]),
        page=page,
        more=page * A_PAGE < len(what.matches),
        lists=_beside(what.matches),
        meant=()
        if what.matches or not asks
        else meant(words, [*words_in_use(visit.session), *_names([*(t.name for t in themes), *(a.name for a in areas)])]),
        themes=themes,
        areas=areas,
    )


def understood(given: Mapping[str, str], themes: set[str], areas: set[str], zone: ZoneInfo) -> Asked:
    """The question in an address. What cannot be asked is left out, and said."""
    misfits: list[str] = []

    def known(name: str, what: str, choices: Iterable[str]) -> str | None:
        value = given.get(name, "")
        if value and value not in choices:
            misfits.append(_("%(what)s “%(value)s” kennen wij niet; u ziet alles.", what=what, value=value[:60]))
        return value if value in choices else None

    def day(name: str, what: str) -> date | None:
        value = given.get(name, "")
        try:
            chosen = date.fromisoformat(value) if value else None
        except ValueError:
            misfits.append(_("%(what)s is geen datum (jaar-maand-dag); u ziet alles.", what=what))
            return None
        return chosen if chosen is None or date(1990, 1, 1) <= chosen <= date(2200, 1, 1) else None

    first, last = day("van", _("De eerste dag")), day("tot", _("De laatste dag"))
    if first and last and first > last:
        misfits.append(_("De eerste dag ligt na de laatste; u ziet alle dagen."))
        first = last = None
    channel, kind = known("kanaal", _("Het kanaal"), set(Channel)), known("soort", _("De soort"), set(Kind))
    wanted = Search(
        " ".join(given.get("q", "").replace("\0", " ").split())[:LONGEST],
        known("thema", _("Het thema"), themes),
        known("plek", _("De plek"), areas),
        Channel(channel) if channel else None,
        Kind(kind) if kind else None,
    )
    return Asked(replace(wanted, since=_moment(first, zone), until=_moment(last, zone, 1)), first, last, tuple(misfits))


def meant(words: str, known: Sequence[str]) -> tuple[str, ...]:
    """The search with its strangest word replaced by those in use that look most like it."""
    strange = [word for word in words.lower().split() if len(word) > 3 and word.isalpha() and word not in known]
    if not strange:
        return ()
    alike = process.extract(strange[0], known, scorer=ratio, limit=3, score_cutoff=ALIKE)
    return tuple(dict.fromkeys(words.lower().replace(strange[0], word) for word, *_ in alike))


def _moment(day: date | None, zone: ZoneInfo, days_after: int = 0) -> datetime | None:
    return None if day is None else beginning(day + timedelta(days=days_after), zone)


def _names(names: Iterable[str]) -> list[str]:
    return sorted({word for name in names for word in name.lower().split() if len(word) > 3})


def _results(visit: Visit, words: str, numbers: Sequence[int]) -> list[Result]:
    told: dict[int, Explained] = {one.message.id: one for one in explained(visit.session, _messages(visit, numbers))}
    pieces, signals = highlighted(visit.session, words, numbers), signals_of(visit.session, numbers)
    return [Result(told[n].message, told[n].annotation, pieces.get(n, ()), told[n].themes, signals.get(n)) for n in numbers if n in told]


def _messages(visit: Visit, numbers: Sequence[int]) -> list[Message]:
    found = (visit.session.get(Message, number) for number in numbers)
    return [message for message in found if message is not None]


def _beside(matches: Sequence[Match]) -> dict[str, list[tuple[str, int]]]:
    """Of each list beside the results, by its parameter: what it can be narrowed to, and how many are left then."""
    of: dict[str, Callable[[Match], Iterable[str]]] = {
        "thema": lambda match: {sub.partition("/")[0] for sub in match.themes},
        "plek": lambda match: match.areas,
        "kanaal": lambda match: (match.channel,),
        "soort": lambda match: (match.kind,) if match.kind else (),
    }
    counts = {name: Counter(value for match in matches for value in values(match)) for name, values in of.items()}
    return {name: sorted(found.items(), key=lambda item: (-item[1], item[0]))[:BESIDE] for name, found in counts.items()}
