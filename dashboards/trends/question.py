"""The question in an address: what is asked, with what it is compared and how it is shown. What cannot be asked is left out, and said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from dashboards.trends.few import TRAITS
from dashboards.trends.steps import PLURAL, bounded
from models.language import _, msgid, translated
from models.trend import Step, Trend
from models.words import Channel, Kind, Tone

PERIODS = {
    1: msgid("een dag"),
    7: msgid("een week"),
    14: msgid("twee weken"),
    30: msgid("een maand"),
    61: msgid("twee maanden"),
    91: msgid("een kwartaal"),
    182: msgid("een half jaar"),
}
PERIODS |= {365: msgid("een jaar"), 730: msgid("twee jaar"), 1826: msgid("vijf jaar")}
USUAL_PERIOD = 30
LONGEST = 3660
"""Days that can be asked at once: ten years."""
SAME_WEEKDAY = timedelta(days=364)
"""A year ago, on the same weekday."""
WORDS = 120


class Beside(StrEnum):
    """With what a line is compared; the value is what an address says. Another area is named by itself."""

    BEFORE = "ervoor"
    YEAR = "jaar"


class View(StrEnum):
    """How the answer is shown; the value is what an address says."""

    LINE = ""
    MANY = "naast-elkaar"
    AREAS = "buurten"
    MAP = "kaart"
    WEEK = "week"
    WORDS = "woorden"


@dataclass(frozen=True)
class Choices:
    """What can be chosen, by what an address calls it."""

    themes: frozenset[str]
    areas: frozenset[str]
    sources: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Question:
    """What the visitor asked, as far as it can be asked; `misfits` says kindly what could not."""

    trend: Trend
    per: Step
    period: int | None
    """The number of days chosen from the menu; None where first and last day are given."""
    misfits: tuple[str, ...] = ()
    beside: Beside | None = Beside.BEFORE
    beside_area: str | None = None
    by_inhabitant: bool = False
    view: View = View.LINE
    by: str = "thema"
    """By what the small charts of `View.MANY` are split: `thema` or `plek`."""
    earlier: bool = False
    """Whether the map shows what it is compared with."""

    @property
    def traits(self) -> int:
        """How many things set the asked messages apart (dashboards.trends.few)."""
        t = self.trend
        return sum(map(bool, (t.subjects, t.area, t.channel, t.kind, t.medium, t.tone, t.language, t.source, t.words)))

    @property
    def narrow(self) -> bool:
        """Whether the messages are set apart so far that small groups are protected."""
        return self.traits >= TRAITS

    @property
    def address(self) -> dict[str, str]:
        """The question as the parameters of a link."""
        t = self.trend
        when = {"dagen": str(self.period)} if self.period else {"van": t.first.isoformat(), "tot": t.last.isoformat()}
        filters = {"thema": t.theme, "plek": t.area, "kanaal": t.channel, "soort": t.kind, "toon": t.tone, "taal": t.language}
        beside = self.beside_area or ("niets" if self.beside is None else None if self.beside is Beside.BEFORE else self.beside)
        shown = {"met": beside, "maat": "inwoners" if self.by_inhabitant else None, "beeld": self.view, "naar": self.by}
        shown["kaart"] = "ervoor" if self.earlier else None
        if self.by == "thema":
            del shown["naar"]
        given = {**filters, "bron": t.source, "woorden": t.words, "per": self.per, **when, **shown}
        return {name: str(value) for name, value in given.items() if value}

    @property
    def query(self) -> str:
        return urlencode(self.address)

    def link(self, **other: str | None) -> str:
        """The same question with something changed, or (None) left out."""
        changed = {**self.address, **other}
        return "/trends?" + urlencode({name: value for name, value in changed.items() if value})

    def compared(self) -> "Trend | None":
        """What the line is compared with; None: nothing."""
        if self.beside_area is not None:
            return replace(self.trend, area=self.beside_area)
        if self.beside is Beside.YEAR:
            return replace(self.trend, first=self.year_ago(self.trend.first), last=self.year_ago(self.trend.last))
        return self.trend.before() if self.beside is Beside.BEFORE else None

    def laid_along(self, day: date) -> date:
        """The day of what it is compared with that stands beside a day of the line."""
        if self.beside_area is not None:
            return day
        return self.year_ago(day) if self.beside is Beside.YEAR else day - timedelta(days=len(self.trend.days))

    def year_ago(self, day: date) -> date:
        """The same weekday a year ago; for months and years the same date."""
        if self.per not in (Step.MONTH, Step.YEAR):
            return day - SAME_WEEKDAY
        return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)


def understood(given: Mapping[str, str], choices: Choices, today: date) -> Question:
    """The question in an address."""
    misfits: list[str] = []

    def known(name: str, what: str, values: Iterable[str], instead: str = "") -> str | None:
        value, allowed = given.get(name, ""), set(values)
        if value and value not in allowed:
            misfits.append(
                _("%(what)s “%(value)s” kennen wij niet; %(instead)s.", what=what, value=value[:60], instead=instead or _("u ziet alles"))
            )
        return value if value in allowed else None

    theme = known("thema", _("Het thema"), choices.themes)
    area = known("plek", _("De plek"), choices.areas)
    channel = known("kanaal", _("Het kanaal"), Channel)
    kind = known("soort", _("De soort"), Kind)
    tone = known("toon", _("De toon"), Tone)
    language = known("taal", _("De taal"), choices.languages)
    source = known("bron", _("De bron"), choices.sources)
    per = Step(known("per", _("De stap"), Step, _("u ziet dagen")) or Step.DAY)
    met = known("met", _("De vergelijking"), {*Beside, "niets", *choices.areas}, _("u ziet de periode ervoor")) or Beside.BEFORE
    view = View(known("beeld", _("Het beeld"), View, _("u ziet het verloop")) or View.LINE)
    moment = known("kaart", _("Het moment"), ("nu", "ervoor"), _("u ziet nu"))
    by = known("naar", _("De verdeling"), ("thema", "plek"), _("u ziet thema's")) or "thema"
    measure = known("maat", _("De maat"), ("aantal", "inwoners"), _("u ziet aantallen"))
    period, first, last = _period(given, today, misfits)
    if (step := bounded(per, (last - first).days + 1)) is not per:
        misfits.append(
            _(
                "Zo veel %(steps)s passen niet in één grafiek; u ziet %(wider)s.",
                steps=translated(PLURAL[per]),
                wider=translated(PLURAL[step]),
            )
        )
    words = " ".join(given.get("woorden", "").replace("\0", " ").split())[:WORDS].strip()
    return Question(
        Trend(
            first,
            last,
            theme,
            area,
            Channel(channel) if channel else None,
            Kind(kind) if kind else None,
            tone=Tone(tone) if tone else None,
            language=language,
            source=source,
            words=words,
        ),
        step,
        period,
        tuple(misfits),
        Beside(met) if met in set(Beside) else None,
        met if met in choices.areas else None,
        measure == "inwoners",
        view,
        by,
        moment == "ervoor",
    )


def _period(given: Mapping[str, str], today: date, misfits: list[str]) -> tuple[int | None, date, date]:
    if not given.get("dagen") and (given.get("van") or given.get("tot")):
        first, last = _day(given.get("van", "")), _day(given.get("tot", "")) or today
        if first is None:
            misfits.append(_("De eerste dag is geen datum (jaar-maand-dag); u ziet de laatste maand."))
        elif first > last:
            misfits.append(_("De eerste dag ligt na de laatste; u ziet de laatste maand."))
        elif first > today:
            misfits.append(_("Die dagen moeten nog komen; u ziet de laatste maand."))
        elif (last - first).days > LONGEST:
            misfits.append(_("Meer dan tien jaar tegelijk gaat niet; u ziet de laatste maand."))
        else:
            return None, first, min(last, today)
        return USUAL_PERIOD, today - timedelta(days=USUAL_PERIOD - 1), today
    length = given.get("dagen", "") or str(USUAL_PERIOD)
    if length not in {str(days) for days in PERIODS}:
        misfits.append(_("Die periode staat niet in het menu; u ziet de laatste maand."))
        length = str(USUAL_PERIOD)
    return int(length), today - timedelta(days=int(length) - 1), today


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
