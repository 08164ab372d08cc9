"""Beoordelen: the messages from which the classifier would learn most, ten at a time."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Request
from starlette.responses import Response

from classify.corrections import CorrectionError, correct
from dashboards.people.rights import Right
from dashboards.signals.rerouting import reroute
from dashboards.signals.review import AnswerError, Question, asked_about, judgement, questions
from dashboards.visit import CheckedForm, Visit, Visitor, kept, needs, see_other
from models.correction import learned_since
from models.model_version import model_versions
from models.settings import settings
from models.trend import areas_to_ask, themes_to_ask
from models.vocabulary import newest_words
from models.words import Kind

router = APIRouter(prefix="/beoordelen", dependencies=[needs(Right.REVIEW)])
COUNTED = timedelta(days=28)


async def _fields(request: Request) -> Mapping[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


Answers = Annotated[Mapping[str, str], Depends(_fields)]


@router.get("")
def review(visit: Visitor, bericht: int | None = None, bewaard: int = 0) -> Response:
    asked = questions(visit.session, visit.now, visit.reader) if bericht is None else asked_about(visit.session, [bericht], visit.reader)
    return _page(visit, asked, bericht, bewaard)


@router.post("", dependencies=[CheckedForm])
def judge(visit: Visitor, answers: Answers, later: BackgroundTasks) -> Response:
    done, problems = 0, {}
    for message_id in _asked(answers):
        try:
            with kept(visit.session):
                said = judgement(answers, message_id)
                if said is not None:
                    correct(visit.session, message_id, answers.get(f"gezien-{message_id}", ""), said, visit.account.id, visit.now)
                    done += 1
        except (AnswerError, CorrectionError) as refused:
            problems[message_id] = str(refused)
    if done:
        later.add_task(reroute, visit.now)
    if problems:
        return _page(visit, asked_about(visit.session, list(problems), visit.reader, problems=problems), None, done, answers)
    return see_other(f"/beoordelen?bewaard={done}")


def _asked(answers: Mapping[str, str]) -> list[int]:
    """The messages that a form is about."""
    numbers = (name.removeprefix("gezien-") for name in answers if name.startswith("gezien-"))
    return [int(number) for number in numbers if number.isdecimal() and len(number) < 19]


def _page(visit: Visit, asked: list[Question], only: int | None, done: int, typed: Mapping[str, str] | None = None) -> Response:
    versions = model_versions(visit.session, 1)
    return visit.page(
        "review.html",
        422 if typed is not None else 200,
        asked=asked,
        only=only,
        done=done,
        typed=typed or {},
        learned=learned_since(visit.session, visit.now - COUNTED),
        newest=versions[0] if versions else None,
        words=newest_words(visit.session, visit.now.astimezone(settings().zone).date()),
        themes=themes_to_ask(visit.session),
        areas=areas_to_ask(visit.session),
        kinds=list(Kind),
    )
