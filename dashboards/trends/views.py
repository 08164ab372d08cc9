"""The ways to look at an answer. Each tells a sentence, a chart where one helps, and the table with the same figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboards.trends import heat
from dashboards.trends.answer import Answer, Row
from dashboards.trends.areas import areas_chart
from dashboards.trends.few import Figure, Withheld
from dashboards.trends.files import Cell
from dashboards.trends.inks import Inks
from dashboards.trends.line import line_chart
from dashboards.trends.many import MOST, many_chart, withheld
from dashboards.trends.question import View
from dashboards.trends.rising import READ, changed, people_by_word
from dashboards.trends.steps import Bar, steps
from dashboards.words.dutch import decimal, listed
from models import trend as asked
from models.town import inhabitants_by_area
from models.trend import Step
from models.vocabulary import texts_of

VIEWS: Mapping[View, str] = {
    View.LINE: "Verloop",
    View.MANY: "Naast elkaar",
    View.AREAS: "Buurten",
    View.WEEK: "Dag en uur",
    View.WORDS: "Woorden",
}


@dataclass(frozen=True)
class Names:
    """What themes and areas are called."""

    theme: Callable[[str], str]
    area: Callable[[str], str]


@dataclass(frozen=True)
class Told:
    """One view. `about` says how to read it; `alt` what the chart is, for who cannot see it."""

    sentence: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    chart: Callable[[Inks], dict[str, Any]] | None = None
    alt: str = ""
    about: str = ""
    lively: bool = True
    """Whether the drawing can be made to answer to the pointer: small charts beside each other do not grow with the page."""


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
        case View.WEEK:
            return _week(answer)
        case View.WORDS:
            return _words(answer)


def _line(answer: Answer) -> Told:
    per, line = answer.question.per, answer.line()
    header = ["wanneer", "vanaf", "dagen", "berichten"]
    columns: list[list[Cell]] = [
        [bar.label(per) for bar in answer.steps],
        [bar.stamp() for bar in answer.steps],
        [bar.days for bar in answer.steps],
        list(answer.figures),
    ]
    if any(answer.usual):
        header += ["gewoonlijk van", "gewoonlijk tot"]
        columns += [
            [None if band is None else round(band.low) for band in answer.usual],
            [None if band is None else round(band.high) for band in answer.usual],
        ]
    if line.other:
        header.append(line.other_name)
        columns.append([*answer.beside_figures])
    if answer.by_inhabitant:
        header.append("per 1.000 inwoners")
        columns.append([None if isinstance(one, Withheld) else round(one / line.divided, 2) for one in answer.figures])
    if per is Step.HOUR:
        header, columns = [header[1], *header[3:]], [columns[1], *columns[3:]]
    alt = f"Staafdiagram van het aantal {line.unit} per {per}; de tabel eronder geeft dezelfde cijfers."
    return Told(answer.sentence, header, list(zip(*columns, strict=True)), lambda inks: line_chart(line, inks), alt)


def _many(answer: Answer, names: Names) -> Told:
    question, per = answer.question, answer.question.per if answer.question.per is not Step.HOUR else Step.DAY
    by_area = question.by == "plek"
    largest = list((asked.by_area if by_area else asked.by_theme)(answer.session, question.trend, answer.zone).items())[:MOST]
    courses: dict[str, list[Bar]] = {}
    for slug, _ in largest:
        narrower = replace(question.trend, area=slug) if by_area else replace(question.trend, theme=slug)
        name = names.area(slug) if by_area else names.theme(slug)
        courses[name if name not in courses else slug] = steps(
            asked.by_day(answer.session, narrower, answer.zone), question.trend.days, per
        )
    figures = withheld(courses, question.traits + 1)
    rows: list[list[Cell]] = [
        [bar.stamp(), *(figures[name][at] for name in courses)] for at, bar in enumerate(next(iter(courses.values()), []))
    ]
    what = "buurten" if by_area else "onderwerpen"
    first = listed(list(courses)[:3])
    sentence = f"De meeste berichten gingen over {first}." if not by_area else f"De meeste berichten noemen {first}."
    if not courses:
        return Told(f"Geen van deze berichten noemt {'een buurt' if by_area else 'een onderwerp'}.", (), ())
    about = f"De grootste {what}, alle op dezelfde schaal: hoogten zijn te vergelijken."
    alt = f"Kleine staafdiagrammen per {per} van {what}, op één schaal."
    traits = question.traits + 1
    return Told(sentence, ["vanaf", *courses], rows, lambda inks: many_chart(courses, per, traits, inks), alt, about, lively=False)


def _areas(answer: Answer, names: Names) -> Told:
    inhabitants = inhabitants_by_area(answer.session)
    rows = answer.listed(asked.by_area, inhabitants=inhabitants)
    if not rows:
        return Told("Geen van deze berichten noemt een buurt.", (), ())
    rated = sorted((row for row in rows if row.rate is not None), key=lambda row: -(row.rate or 0))
    sentence = f"De meeste berichten noemen {listed([names.area(row.name) for row in rows[:3]])}."
    if rated:
        sentence += f" Naar inwoners gerekend is het {names.area(rated[0].name)}: {decimal(rated[0].rate or 0)} per 1.000."
    header = ["buurt", "berichten", answer.than.removeprefix("in "), "per 1.000 inwoners"]
    table = [[names.area(row.name), row.now, row.before, None if row.rate is None else round(row.rate, 2)] for row in rows]
    about = (
        "Een bericht telt mee voor elke buurt die het noemt. "
        "Zonder inwonertal, of met minder dan tien berichten, staat er geen getal per inwoner."
    )
    shown = rated if answer.question.by_inhabitant and rated else rows
    unit = "per 1.000 inwoners" if shown is rated else "berichten"
    bars = [(names.area(row.name), _height(row, unit)) for row in shown]
    return Told(sentence, header, table, lambda inks: areas_chart(bars, unit, inks), f"Staafdiagram van {unit} per buurt.", about)


def _height(row: Row, unit: str) -> float | None:
    return row.rate if unit != "berichten" else None if isinstance(row.now, Withheld) else float(row.now)


def _week(answer: Answer) -> Told:
    traits = answer.question.traits
    counts = asked.by_weekday_and_hour(answer.session, answer.question.trend, answer.zone)
    week = heat.squares(counts, traits)
    table: list[list[Cell]] = [[name, *hours] for name, hours in zip(heat.NAMES, week, strict=True)]
    header = ["dag", *(f"{hour}u" for hour in heat.HOURS)]
    alt = "Vlakken per weekdag en uur; hoe donkerder, hoe meer berichten."
    return Told(
        heat.said(counts),
        header,
        table,
        lambda inks: heat.heat_chart(week, inks),
        alt,
        "Op de klok van Nederland, alle weken van de periode bij elkaar.",
    )


def _words(answer: Answer) -> Told:
    if answer.compared is None:
        return Told("Om te zien welke woorden opkomen is een periode of plek nodig om mee te vergelijken.", (), ())
    now, before = (
        people_by_word((row[0], row[1]) for row in texts_of(answer.session, trend, answer.zone, READ))
        for trend in (answer.question.trend, answer.compared)
    )
    rising, falling = changed(now, before)
    rows: list[list[Cell]] = [
        [one.word, way, _people(one.now), _people(one.before)] for way, words in (("op", rising), ("af", falling)) for one in words
    ]
    sentence = "Geen woord kwam duidelijk op of verdween, vergeleken met " + answer.than.removeprefix("in ") + "."
    if rising:
        sentence = f"Vaker dan {answer.than}: {listed([f'“{one.word}”' for one in rising], 5)}."
    elif falling:
        sentence = f"Minder vaak dan {answer.than}: {listed([f'“{one.word}”' for one in falling], 5)}."
    about = (
        f"Hoeveel mensen een woord gebruikten, in de {READ} nieuwste openbare berichten van beide kanten. "
        "Woorden van minder dan vijf mensen staan er niet bij."
    )
    return Told(sentence, ["woord", "gaat", "mensen", answer.than.removeprefix("in ")], rows, about=about)


def _people(count: int | None) -> Figure:
    return Withheld.FEW if count is None else count
