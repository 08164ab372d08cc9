"""The ways to look at an answer. Each tells a sentence, a chart where one helps, and the table with the same figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboards.maps.choropleth import Choropleth
from dashboards.maps.town import TownMap
from dashboards.trends import heat
from dashboards.trends.answer import Answer, Row
from dashboards.trends.areas import areas_chart
from dashboards.trends.few import Figure, Withheld, rate
from dashboards.trends.files import Cell
from dashboards.trends.inks import Inks
from dashboards.trends.line import line_chart
from dashboards.trends.many import MOST, many_chart, withheld
from dashboards.trends.on_map import by_area, on_map
from dashboards.trends.question import View
from dashboards.trends.rising import READ, changed, people_by_word
from dashboards.trends.steps import Bar, steps
from dashboards.words.notation import decimal, listed, word
from models import trend as asked
from models.language import _, msgid, translated
from models.town import inhabitants_by_area
from models.trend import Step
from models.vocabulary import texts_of

VIEWS: Mapping[View, str] = {
    View.LINE: msgid("Verloop"),
    View.MANY: msgid("Naast elkaar"),
    View.AREAS: msgid("Buurten"),
    View.MAP: msgid("Kaart"),
    View.WEEK: msgid("Dag en uur"),
    View.WORDS: msgid("Woorden"),
}


@dataclass(frozen=True)
class Names:
    """What themes and areas are called, and where the areas lie."""

    theme: Callable[[str], str]
    area: Callable[[str], str]
    town: TownMap


@dataclass(frozen=True)
class Told:
    """One view. `header` is in Dutch, to be translated where it is shown; `about` says how to read the view; `alt` what the chart is, for
    who cannot see it.
    """

    sentence: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    chart: Callable[[Inks], dict[str, Any]] | None = None
    alt: str = ""
    about: str = ""
    lively: bool = True
    """Whether the drawing can be made to answer to the pointer: small charts beside each other do not grow with the page."""
    map: Choropleth | None = None


def told(answer: Answer, names: Names) -> Told:
    """The view that the question asks for; of too few people, or of nothing, only a sentence."""
    if not answer.total or answer.too_few_people:
        return Told(answer.sentence, (), ())
    match answer.question.view:
        case View.LINE:
            return _line(answer)
        case View.MANY:
            return _many(answer, names)
        case View.AREAS:
            return _areas(answer, names)
        case View.MAP:
            return _map(answer, names) if names.town else _areas(answer, names)
        case View.WEEK:
            return _week(answer)
        case View.WORDS:
            return _words(answer)


def _line(answer: Answer) -> Told:
    per, line = answer.question.per, answer.line()
    header = [msgid("wanneer"), msgid("vanaf"), msgid("dagen"), msgid("berichten")]
    columns: list[list[Cell]] = [
        [bar.label(per) for bar in answer.steps],
        [bar.stamp() for bar in answer.steps],
        [bar.days for bar in answer.steps],
        list(answer.figures),
    ]
    if any(answer.usual):
        header += [msgid("gewoonlijk van"), msgid("gewoonlijk tot")]
        columns += [
            [None if band is None else round(band.low) for band in answer.usual],
            [None if band is None else round(band.high) for band in answer.usual],
        ]
    if line.other:
        header.append(line.other_name)
        columns.append([*answer.beside_figures])
    if answer.by_inhabitant:
        header.append(msgid("per 1.000 inwoners"))
        columns.append([None if isinstance(one, Withheld) else round(one / line.divided, 2) for one in answer.figures])
    if per is Step.HOUR:
        header, columns = [header[1], *header[3:]], [columns[1], *columns[3:]]
    alt = _("Staafdiagram per %(step)s: %(unit)s. De tabel eronder geeft dezelfde cijfers.", unit=line.unit, step=word(per))
    return Told(answer.sentence, header, list(zip(*columns, strict=True)), lambda inks: line_chart(line, inks), alt)


def _many(answer: Answer, names: Names) -> Told:
    question, per = answer.question, answer.question.per if answer.question.per is not Step.HOUR else Step.DAY
    by_area = question.by == "plek"
    largest = list((asked.by_area if by_area else asked.by_theme)(answer.session, question.trend, answer.zone))[:MOST]
    courses: dict[str, list[Bar]] = {}
    for slug in largest:
        narrower = replace(question.trend, area=slug) if by_area else replace(question.trend, theme=slug)
        name = names.area(slug) if by_area else names.theme(slug)
        courses[name if name not in courses else slug] = steps(
            asked.by_day(answer.session, narrower, answer.zone), question.trend.days, per
        )
    figures = withheld(courses, question.traits + 1)
    rows: list[list[Cell]] = [
        [bar.stamp(), *(figures[name][at] for name in courses)] for at, bar in enumerate(next(iter(courses.values()), []))
    ]
    first = listed(list(courses)[:3])
    sentence = (
        _("De meeste berichten gingen over %(first)s.", first=first)
        if not by_area
        else _("De meeste berichten noemen %(first)s.", first=first)
    )
    if not courses:
        return Told(_("Geen van deze berichten noemt een buurt.") if by_area else _("Geen van deze berichten noemt een onderwerp."), (), ())
    if by_area:
        about = _("De grootste buurten, alle op dezelfde schaal: hoogten zijn te vergelijken.")
        alt = _("Kleine staafdiagrammen per %(step)s van buurten, op één schaal.", step=word(per))
    else:
        about = _("De grootste onderwerpen, alle op dezelfde schaal: hoogten zijn te vergelijken.")
        alt = _("Kleine staafdiagrammen per %(step)s van onderwerpen, op één schaal.", step=word(per))
    traits = question.traits + 1
    return Told(sentence, [msgid("vanaf"), *courses], rows, lambda inks: many_chart(courses, per, traits, inks), alt, about, lively=False)


def _areas(answer: Answer, names: Names) -> Told:
    inhabitants = inhabitants_by_area(answer.session)
    rows = answer.listed(asked.by_area, inhabitants=inhabitants)
    if not rows:
        return Told(_("Geen van deze berichten noemt een buurt."), (), ())
    rated = sorted((row for row in rows if row.rate is not None), key=lambda row: -(row.rate or 0))
    sentence = _("De meeste berichten noemen %(first)s.", first=listed([names.area(row.name) for row in rows[:3]]))
    if rated:
        most, rate = names.area(rated[0].name), decimal(rated[0].rate or 0)
        sentence += " " + _("Naar inwoners gerekend is het %(area)s: %(rate)s per 1.000.", area=most, rate=rate)
    header = [msgid("buurt"), msgid("berichten"), answer.other_name, msgid("per 1.000 inwoners")]
    table = [[names.area(row.name), row.now, row.before, None if row.rate is None else round(row.rate, 2)] for row in rows]
    about = _(
        "Een bericht telt mee voor elke buurt die het noemt. Zonder inwonertal, of met minder dan tien berichten, "
        "staat er geen getal per inwoner."
    )
    shown = rated if answer.question.by_inhabitant and rated else rows
    by_inhabitant = shown is rated
    unit = _("per 1.000 inwoners") if by_inhabitant else _("berichten")
    bars = [(names.area(row.name), _height(row, by_inhabitant)) for row in shown]
    alt = _("Staafdiagram per buurt: %(unit)s.", unit=unit)
    return Told(sentence, header, table, lambda inks: areas_chart(bars, unit, inks), alt, about)


def _map(answer: Answer, names: Names) -> Told:
    inhabitants = inhabitants_by_area(answer.session)
    now = by_area(answer, answer.question.trend)
    before = None if answer.compared is None or answer.question.beside_area is not None else by_area(answer, answer.compared)
    if not now:
        return Told(_("Geen van deze berichten noemt een buurt."), (), ())
    rates = {area: rate(figure, inhabitants.get(area)) for area, figure in now.items()}
    rows: list[list[Cell]] = [
        [names.area(area), figure, None if (r := rates[area]) is None else round(r, 2)] for area, figure in now.items()
    ]
    if before is not None:
        rows = [[*row, before.get(area, 0)] for row, area in zip(rows, now, strict=True)]
    sentence = _("De meeste berichten noemen %(first)s.", first=listed([names.area(area) for area in list(now)[:3]]))
    if any(rates.values()):
        most = max(rates, key=lambda area: rates[area] or 0)
        sentence += " " + _(
            "Naar inwoners gerekend is het %(area)s: %(rate)s per 1.000.", area=names.area(most), rate=decimal(rates[most] or 0)
        )
    header = [msgid("buurt"), msgid("berichten"), msgid("per 1.000 inwoners"), *([] if before is None else [answer.other_name])]
    about = _("Een bericht telt mee voor elke buurt die het noemt. Van minder dan vijf berichten of mensen staat er geen aantal.")
    drawn = on_map(answer, names.town, now, before, inhabitants)
    return Told(sentence, header, rows, about=about, map=drawn)


def _height(row: Row, by_inhabitant: bool) -> float | None:
    return row.rate if by_inhabitant else None if isinstance(row.now, Withheld) else float(row.now)


def _week(answer: Answer) -> Told:
    traits = answer.question.traits
    counts = asked.by_weekday_and_hour(answer.session, answer.question.trend, answer.zone)
    week = heat.squares(counts, traits)
    table: list[list[Cell]] = [[translated(name), *hours] for name, hours in zip(heat.NAMES, week, strict=True)]
    header = [msgid("dag"), *(_("%(hour)su", hour=hour) for hour in heat.HOURS)]
    alt = _("Vlakken per weekdag en uur; hoe donkerder, hoe meer berichten.")
    return Told(
        heat.said(counts),
        header,
        table,
        lambda inks: heat.heat_chart(week, inks),
        alt,
        _("Op de klok van Nederland, alle weken van de periode bij elkaar."),
    )


def _words(answer: Answer) -> Told:
    if answer.compared is None:
        return Told(_("Om te zien welke woorden opkomen is een periode of plek nodig om mee te vergelijken."), (), ())
    now, before = (
        people_by_word((row[0], row[1]) for row in texts_of(answer.session, trend, answer.zone, READ))
        for trend in (answer.question.trend, answer.compared)
    )
    rising, falling = changed(now, before)
    rows: list[list[Cell]] = [
        [one.word, way, _people(one.now), _people(one.before)] for way, words in ((_("op"), rising), (_("af"), falling)) for one in words
    ]
    sentence = _("Geen woord kwam duidelijk op of verdween, vergeleken met %(other)s.", other=answer.other_name)
    if rising:
        sentence = _("Vaker dan %(than)s: %(words)s.", than=answer.than, words=listed([f"“{one.word}”" for one in rising], 5))
    elif falling:
        sentence = _("Minder vaak dan %(than)s: %(words)s.", than=answer.than, words=listed([f"“{one.word}”" for one in falling], 5))
    about = _(
        "Hoeveel mensen een woord gebruikten, in de %(count)s nieuwste openbare berichten van beide kanten. "
        "Woorden van minder dan vijf mensen staan er niet bij.",
        count=READ,
    )
    return Told(sentence, [msgid("woord"), msgid("gaat"), msgid("mensen"), answer.other_name], rows, about=about)


def _people(count: int | None) -> Figure:
    return Withheld.FEW if count is None else count
