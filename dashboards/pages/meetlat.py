"""Meetlat: how far the municipality has come from broadcasting to working together, and what would bring the next phase nearer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, UploadFile
from pydantic import TypeAdapter
from starlette.responses import Response

from dashboards.errors import Refusal, not_found
from dashboards.meetlat import exchange
from dashboards.meetlat.evidence import ENDLESS, evidence
from dashboards.meetlat.method import PHASES, MeasureOf, Method, Question, Unit, method
from dashboards.meetlat.score import Figure, LineScore, Scored, score
from dashboards.people.rights import Right
from dashboards.visit import CheckedForm, Visit, Visitor, needs, see_other
from dashboards.words.notation import tenths
from models.assessment import Assessment, AssessmentAnswer, PeerAssessment, keep_peer, peers_of, present_answers, settled_years
from models.keys import made_once
from models.language import _
from models.settings import settings

router = APIRouter(prefix="/meetlat")

OLDEST = 2000
REMARK = 1000
MOST_OTHERS = 1000
SCORED = TypeAdapter(Scored)


@dataclass(frozen=True)
class Typed:
    """What a person filled in: phases and remarks by question. `seen` is the newest answer that the form knew."""

    phases: Mapping[str, int]
    remarks: Mapping[str, str]
    seen: int


@router.get("", dependencies=[needs(Right.READ)])
def yardstick(visit: Visitor, jaar: int | None = None, gekomen: int | None = None) -> Response:
    return _page(visit, _year(visit, jaar), came=gekomen)


@router.get("/formaat.json", dependencies=[needs(Right.READ)])
def format_of_file() -> Response:
    """The JSON Schema of the file that municipalities exchange."""
    return Response(json.dumps(exchange.format_of_file(), ensure_ascii=False, indent=2), media_type="application/schema+json")


@router.get("/{year}.json", dependencies=[needs(Right.READ)])
def file_for_others(visit: Visitor, year: int) -> Response:
    settled = visit.session.get(Assessment, _year(visit, year))
    if settled is None:
        raise not_found(_("Een vastgestelde Meetlat van %(year)s", year=year))
    body = exchange.write(SCORED.validate_python(settled.content), year, _key())
    return Response(body, media_type="application/json", headers={"Content-Disposition": f'attachment; filename="meetlat-{year}.json"'})


@router.post("/inlezen", dependencies=[needs(Right.ASSESS), CheckedForm])
async def bring_in(visit: Visitor, bestand: UploadFile) -> Response:
    """Another municipality's file; the same sender replaces what it sent of that year."""
    try:
        told = exchange.read(await bestand.read(exchange.MAX_BYTES + 1), _key())
    except exchange.ExchangeError as refused:
        return _page(visit, _year(visit, None), 422, refused=str(refused))
    content = told.model_dump(by_alias=True)
    keep_peer(
        visit.session,
        PeerAssessment(sender=told.sender, year=told.year, content=content, brought_by=visit.account.name, brought_at=visit.now),
    )
    return see_other(f"/meetlat?jaar={min(told.year, _this_year(visit))}&gekomen={told.year}#anderen")


@router.post("/{year}/antwoorden", dependencies=[needs(Right.ASSESS), CheckedForm])
async def answer(visit: Visitor, request: Request, year: int) -> Response:
    """Keep what changed; an answer given meanwhile by somebody else is not overwritten unseen."""
    _year(visit, year)
    typed = _typed(method(), {name: value for name, value in (await request.form()).items() if isinstance(value, str)})
    present = present_answers(visit.session, year)
    if typed.seen != _newest(present):
        return _page(visit, year, 409, typed=typed, refused=_("Iemand anders vulde dit intussen ook in. Kijk het na en bewaar opnieuw."))
    for question, phase in typed.phases.items():
        known, remark = present.get(question), typed.remarks.get(question, "")
        if known is None or (known.phase, known.remark) != (phase, remark):
            visit.session.add(_answer(visit, year, question, phase, remark))
    return see_other(f"/meetlat?jaar={year}#vragen")


@router.post("/{year}/vaststellen", dependencies=[needs(Right.ASSESS), CheckedForm])
def settle(visit: Visitor, year: int) -> Response:
    """Keep the year as it is now, for the history and for others."""
    scored = SCORED.dump_python(_scored(visit, _year(visit, year)), mode="json")
    settled = visit.session.get(Assessment, year, with_for_update=True)
    if settled is None:
        visit.session.add(_assessment(visit, year, scored))
    elif settled.content != scored:
        settled.content, settled.method = scored, scored["method"]
        settled.settled_by, settled.settled_at = visit.account.name, visit.now
    return see_other(f"/meetlat?jaar={year}#jaren")


def _page(
    visit: Visit, year: int, status: int = 200, typed: Typed | None = None, refused: str | None = None, came: int | None = None
) -> Response:
    judged, answers = _scored(visit, year), present_answers(visit.session, year)
    settled = {row.year: row for row in settled_years(visit.session)}
    others = [exchange.Exchanged.model_validate(row.content) for row in peers_of(visit.session, year, MOST_OTHERS)]
    here = method()
    return visit.page(
        "meetlat.html",
        status,
        year=year,
        this_year=_this_year(visit),
        method=here,
        scored=judged,
        lines=list(zip(here.lines, judged.lines, strict=True)),
        pieces=here.pieces,
        answers=answers,
        typed=typed,
        newest=_newest(answers),
        settled=settled.get(year),
        years=[(year, SCORED.validate_python(row.content), row) for year, row in settled.items()],
        among=exchange.among(here, judged, others),
        others=len(others),
        fewest=exchange.FEWEST_OTHERS,
        refused=refused,
        came=came,
        writes=visit.may(Right.ASSESS),
        figure=_figure,
        bounds=_bounds,
        nearer=_nearer,
        remark_length=REMARK,
    )


def _scored(visit: Visit, year: int) -> Scored:
    answers = {question: row.phase for question, row in present_answers(visit.session, year).items()}
    return score(method(), evidence(visit.session, year, visit.now, settings().zone), answers)


def _typed(here: Method, form: Mapping[str, str]) -> Typed:
    chosen = {question: form.get(f"fase-{question}", "") for question in here.questions}
    allowed = {str(phase) for phase in range(1, PHASES + 1)}
    seen = form.get("gezien", "")
    return Typed(
        {question: int(phase) for question, phase in chosen.items() if phase in allowed},
        {question: " ".join(form.get(f"opmerking-{question}", "").split())[:REMARK] for question in here.questions},
        int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 18 else 0,
    )


def _answer(visit: Visit, year: int, question: str, phase: int, remark: str) -> AssessmentAnswer:
    return AssessmentAnswer(year=year, question=question, phase=phase, remark=remark, answered_by=visit.account.name, answered_at=visit.now)


def _assessment(visit: Visit, year: int, content: dict[str, object]) -> Assessment:
    return Assessment(year=year, method=str(content["method"]), content=content, settled_by=visit.account.name, settled_at=visit.now)


def _newest(answers: Mapping[str, AssessmentAnswer]) -> int:
    return max((row.id for row in answers.values()), default=0)


def _figure(measure: MeasureOf, figure: Figure) -> str:
    """`62% (51% tot 72%)`; `3,4 uur`"""
    if measure.unit is Unit.HOURS:
        return _("meer dan de helft wacht nog") if figure.value >= ENDLESS else _hours(figure.value)
    told = _percentage(figure.value)
    return (
        told
        if figure.low is None or figure.high is None
        else _("%(share)s (%(low)s tot %(high)s)", share=told, low=_percentage(figure.low), high=_percentage(figure.high))
    )


def _bounds(measure: MeasureOf) -> list[str]:
    """From where phases 2, 3 and 4 begin: `vanaf 50%`, `hooguit 24 uur`."""
    if measure.unit is Unit.HOURS:
        return [_("hooguit %(hours)s", hours=_hours(bound)) for bound in measure.at]
    return [_("vanaf %(bound)s", bound=_percentage(bound)) for bound in measure.at]


def _nearer(line: LineScore, pieces: Mapping[str, MeasureOf | Question]) -> list[MeasureOf | Question]:
    return [pieces[piece.id] for piece in line.short_of_next if piece.id in pieces]


def _percentage(share: float) -> str:
    return f"{round(100 * share)}%"


def _hours(hours: float) -> str:
    return _("%(hours)s uur", hours=tenths(hours))


def _year(visit: Visit, asked: int | None) -> int:
    year = _this_year(visit) if asked is None else asked
    if not OLDEST <= year <= _this_year(visit):
        raise Refusal(404, _("Van %(year)s is er geen Meetlat.", year=year), _("Kies een jaar tot en met dit jaar."))
    return year


def _this_year(visit: Visit) -> int:
    return visit.now.astimezone(settings().zone).year


def _key() -> str:
    return made_once(settings().keys / "meetlat.key")
