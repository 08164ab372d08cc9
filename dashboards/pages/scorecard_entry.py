"""Cijfers van de scorekaart: surveys that were brought in, and figures that people counted. Newsroom, analysts and administrators write."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, UploadFile
from starlette.responses import Response

from dashboards.pages.scorecard import asked_month
from dashboards.people.rights import Right
from dashboards.scorecard import wording
from dashboards.scorecard.entering import LONGEST, TypedFigure
from dashboards.scorecard.goals import GoalsFile
from dashboards.scorecard.reading import load_goals
from dashboards.scorecard.surveys.answers import SurveyError
from dashboards.scorecard.surveys.bring_in import MAX_BYTES, bring_in
from dashboards.visit import CheckedForm, Visit, Visitor, kept, needs, see_other
from models.configuration import ConfigurationError
from models.hand_figure import HandFigure, entered_lately, hand_figures
from models.language import _
from models.settings import settings
from models.survey import SurveyImport, survey_imports

router = APIRouter(prefix="/scorekaart/cijfers")

LISTED = 40
Number = Annotated[int, Query(ge=1, lt=2**62)]
MOST_PEOPLE = 20_000_000


@router.get("", dependencies=[needs(Right.READ)])
def figures(visit: Visitor, maand: str = "", gekomen: Number | None = None, opnieuw: bool = False) -> Response:
    return _page(visit, maand, came=visit.session.get(SurveyImport, gekomen) if gekomen is not None else None, again=opnieuw)


@router.post("", dependencies=[needs(Right.SCORE), CheckedForm])
def enter(visit: Visitor, typed: Annotated[TypedFigure, Depends()]) -> Response:
    """Add a figure. What stands there stays; the newest of a month counts."""
    by_hand = _goals().by_hand
    entered = typed.read(by_hand, visit.now.astimezone(settings().zone).date())
    if isinstance(entered, str):
        return _page(visit, typed.month, 422, typed=typed, refused=entered)
    known = hand_figures(visit.session, entered.figure, entered.month, entered.month).get(entered.month)
    if known is not None and (known.value, known.source) == (entered.value, entered.source):
        return see_other(f"/scorekaart/cijfers?maand={entered.month:%Y-%m}#ingevuld")
    if known is not None and known.id > typed.seen:
        told = wording.amount(by_hand[entered.figure].unit, known.value)
        refused = _(
            "%(who)s vulde intussen %(value)s in voor deze maand. Klopt wat u typte, bewaar het dan nog eens.",
            who=known.entered_by,
            value=told,
        )
        return _page(visit, typed.month, 409, typed=typed, refused=refused)
    visit.session.add(
        HandFigure(
            figure=entered.figure,
            month=entered.month,
            value=entered.value,
            source=entered.source,
            entered_by=visit.account.name,
            entered_at=visit.now,
        )
    )
    return see_other(f"/scorekaart/cijfers?maand={entered.month:%Y-%m}#ingevuld")


@router.post("/vragenlijst", dependencies=[needs(Right.SCORE), CheckedForm])
def bring_survey(
    visit: Visitor, bestand: UploadFile, vragenlijst: Annotated[str, Form()] = "", mensen: Annotated[str, Form(max_length=12)] = ""
) -> Response:
    """Count a survey's file; the same one again changes nothing."""
    survey = _goals().survey(vragenlijst)
    if survey is None:
        return _page(visit, "", 422, survey_refused=_("Kies een vragenlijst uit de lijst. Nieuwe vragenlijsten schrijft u in goals.yaml."))
    people = mensen.strip()
    if people and not (people.isascii() and people.isdigit() and 0 < int(people) <= MOST_PEOPLE):
        return _page(visit, "", 422, survey_refused=_("Vul bij het aantal mensen een heel getal in, of laat het leeg."))
    try:
        with kept(visit.session):
            content = bestand.file.read(MAX_BYTES + 1)
            brought, new = bring_in(visit.session, survey, content, int(people) if people else None, visit.account.name, visit.now)
    except SurveyError as refused:
        return _page(visit, "", 422, survey_refused=str(refused))
    return see_other(f"/scorekaart/cijfers?gekomen={brought.id}{'' if new else '&opnieuw=1'}#vragenlijsten")


def _page(
    visit: Visit,
    maand: str,
    status: int = 200,
    typed: TypedFigure | None = None,
    refused: str = "",
    survey_refused: str = "",
    came: SurveyImport | None = None,
    again: bool = False,
) -> Response:
    problem, file = "", GoalsFile()
    try:
        file = _goals()
    except ConfigurationError as wrong:
        problem = str(wrong)
    entered = entered_lately(visit.session, list(file.by_hand), LISTED)
    return visit.page(
        "scorecard_entry.html",
        status,
        file=file,
        problem=problem,
        month=asked_month(visit, maand),
        entered=[(row, file.by_hand[row.figure]) for row in entered],
        present=_present(entered),
        newest=max((row.id for row in entered), default=0),
        imports=survey_imports(visit.session, LISTED),
        typed=typed,
        refused=refused,
        survey_refused=survey_refused,
        came=came,
        again=again,
        writes=visit.may(Right.SCORE),
        say=wording,
        longest=LONGEST,
        most_megabytes=MAX_BYTES // 1_000_000,
    )


def _present(entered: Sequence[HandFigure]) -> set[int]:
    """Which of these, newest first, count: of each figure and month the newest."""
    counting: dict[tuple[str, date], int] = {}
    for row in entered:
        counting.setdefault((row.figure, row.month), row.id)
    return set(counting.values())


def _goals() -> GoalsFile:
    return load_goals(settings().config)
