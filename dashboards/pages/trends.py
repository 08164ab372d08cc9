"""Trends: a question as a sentence, its answer as charts, sentences and tables. The whole state is in the address."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from dashboards.errors import Refusal, not_found
from dashboards.people.rights import Right
from dashboards.trends.answer import Answer, Ask
from dashboards.trends.asking import choices_of, language_name, languages_of
from dashboards.trends.files import FORMS
from dashboards.trends.inks import DARK, LIGHT, drawn, painted, painted_svg
from dashboards.trends.question import PERIODS, View, understood
from dashboards.trends.steps import PLURAL
from dashboards.trends.views import VIEWS, Names, Told, told
from dashboards.visit import Visit, Visitor, needs
from dashboards.words.explanation import explained
from dashboards.words.notation import day, word
from models import trend as asked
from models.language import _, translated
from models.settings import settings
from models.sight import readable
from models.source import named_sources
from models.worded import TooManyWordedError
from models.words import Channel, Kind, Tone

router = APIRouter(prefix="/trends", dependencies=[needs(Right.READ)])

ROWS = 8
VOICES = 6
LISTS: Mapping[str, Ask] = {
    "waarover": asked.by_theme,
    "waar": asked.by_area,
    "waarlangs": asked.by_medium,
    "toon": asked.by_tone,
    "soort": asked.by_kind,
    "taal": asked.by_language,
    "bron": asked.by_source,
}
"""What the messages of a question can be told apart by, as an address calls it."""
BESIDE_LINE = ("waarover", "waar", "waarlangs", "soort", "toon", "taal", "bron")


@router.get("")
def trends(visit: Visitor) -> Response:
    answer = _answer(visit)
    question = answer.question
    try:
        shown, lists = _told(visit, answer), {}
        if question.view is View.LINE and shown.rows:
            lists = {name: answer.listed(LISTS[name], ROWS) for name in BESIDE_LINE}
        voices = asked.newest_of(visit.session, question.trend, answer.zone, VOICES, readable(visit.reader)) if shown.rows else ()
    except TooManyWordedError:
        shown, lists, voices = (
            Told(_("Meer dan 50.000 berichten hebben deze woorden. Kies een kortere periode of minder gewone woorden."), (), ()),
            {},
            (),
        )
    return visit.page(
        "trends.html",
        answer=answer,
        question=question,
        told_of=shown,
        lists=lists,
        voices=explained(visit.session, voices),
        themes=asked.themes_to_ask(visit.session),
        areas=asked.areas_to_ask(visit.session),
        sources=named_sources(visit.session),
        languages={code: language_name(code) for code in languages_of(visit.session, question, answer.zone)},
        language_name=language_name,
        channels=list(Channel),
        kinds=list(Kind),
        tones=list(Tone),
        words_of=lambda values: [(value, word(value)) for value in values],
        steps=PLURAL,
        periods=PERIODS,
        views=VIEWS,
    )


@router.get("/grafiek.{form}")
def as_picture(visit: Visitor, form: str, inkt: str = "licht") -> Response:
    """The chart of the view: drawn (svg), painted (png), or as Vega-Lite defines it (json)."""
    shown = _counted(visit)
    if shown.map is not None and form in ("svg", "png"):
        return _as_map(visit, shown, form)
    chart = shown.chart
    if chart is None or form not in ("svg", "png", "json"):
        raise not_found(_("Deze grafiek"))
    definition = chart(DARK if inkt == "donker" and form != "png" else LIGHT)
    if form == "json":
        return JSONResponse(definition)
    if form == "png":
        return Response(painted(definition), media_type="image/png", headers={"Content-Disposition": 'attachment; filename="trend.png"'})
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(drawn(definition), media_type="image/svg+xml", headers={"Content-Security-Policy": policy})


def _as_map(visit: Visit, shown: Told, form: str) -> Response:
    answer = _answer(visit)
    source = _("Wat inwoners schreven en belden, geteld door Luisterpost")
    svg = visit.request.app.state.pages.drawing("map.svg", about=_about(visit, answer), when=_when(answer), source=source, town=shown.map)
    if form == "png":
        return Response(painted_svg(svg), media_type="image/png", headers={"Content-Disposition": 'attachment; filename="kaart.png"'})
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": policy})


@router.get("/cijfers.{form}")
def as_file(visit: Visitor, form: str, lijst: str = "") -> Response:
    """The table of the view, or one of the lists beside the line."""
    if form not in FORMS or (lijst and lijst not in LISTS):
        raise not_found(_("Deze lijst"))
    question = _answer(visit).question
    name = f"{lijst or question.view or 'verloop'}-{question.trend.first}-{question.trend.last}"
    shown = _counted(visit)
    if not lijst or not shown.rows:
        return FORMS[form](name, [translated(name) for name in shown.header or ("berichten",)], shown.rows)
    answer = _answer(visit)
    header = (translated(lijst), _("berichten"), _("vergeleken"))
    return FORMS[form](name, header, [(row.name, row.now, row.before) for row in answer.listed(LISTS[lijst])])


def _counted(visit: Visit) -> Told:
    try:
        return _told(visit, _answer(visit))
    except TooManyWordedError:
        raise Refusal(422, _("Te veel berichten hebben deze woorden."), _("Kies een kortere periode of minder gewone woorden.")) from None


def _told(visit: Visit, answer: Answer) -> Told:
    state = visit.request.app.state
    return told(answer, Names(state.pages.theme, state.pages.area, state.town_map))


def _answer(visit: Visit) -> Answer:
    today = visit.now.astimezone(settings().zone).date()
    question = understood(visit.request.query_params, choices_of(visit.session), today)
    return Answer(visit.session, question, visit.request.app.state.pages.area)


def _about(visit: Visit, answer: Answer) -> str:
    """The heading of a map that travels: what it is about."""
    question = answer.question
    pages = visit.request.app.state.pages
    about = pages.theme(question.trend.theme) if question.trend.theme else _("Alle berichten")
    unit = _("per 1.000 inwoners") if question.by_inhabitant else _("berichten per buurt")
    return f"{about}: {unit}" + (f", {answer.other_name}" if question.earlier and answer.compared else "")


def _when(answer: Answer) -> str:
    trend = answer.question.trend
    shown = answer.compared if answer.question.earlier and answer.compared else trend
    return _("%(first)s tot en met %(last)s", first=day(shown.first), last=day(shown.last))
