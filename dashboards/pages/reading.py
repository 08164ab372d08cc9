"""Pages that open with a link from a digest, without an account: wishes, leaving, and what one thinks of an item.

Opening one changes nothing, because mail scanners open every link; its button does. The address itself is the secret that a form carries
elsewhere: whoever has it may press the button, and no cookie is set.
"""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from dashboards.errors import Refusal
from dashboards.readers.opened import Slowly, about_reader, honoured
from dashboards.readers.wishes import HOURS, WEEKDAYS, choices, kinds_for, wishes_from
from dashboards.visit import Database, Now, OpenToAll, render, see_other
from models.feedback import DigestFeedback
from models.language import _
from models.reader import Reader
from models.words import Opinion
from routing.readers.feedback import asked, say
from routing.readers.sending import wishes_of
from routing.readers.subscribing import ReaderError, Wishes, audience_names, behind, prefer, unsubscribe
from routing.readers.tokens import Purpose, signed

router = APIRouter(dependencies=[OpenToAll])

OTHERS = {
    Opinion.USEFUL: (Opinion.NOT_FOR_US,),
    Opinion.NOT_FOR_US: (Opinion.USEFUL,),
    Opinion.SEEN: (Opinion.TAKEN,),
    Opinion.TAKEN: (Opinion.SEEN,),
}
"""What else may be answered behind a link that proposes this."""


@router.get("/voorkeuren/{token}", dependencies=[Slowly])
def preferences(token: str, request: Request, session: Database, now: Now, bewaard: bool = False) -> Response:
    with honoured():
        reader = behind(session, Purpose.PREFERENCES, token)
    return _preferences(request, session, now, reader, wishes_of(reader), saved=bewaard)


async def _form(request: Request) -> FormData:
    return await request.form()


@router.post("/voorkeuren/{token}", dependencies=[Slowly])
def prefer_so(token: str, request: Request, session: Database, now: Now, form: Annotated[FormData, Depends(_form)]) -> Response:
    with honoured():
        reader = behind(session, Purpose.PREFERENCES, token)
    wishes = wishes_from(form, choices(session))
    try:
        prefer(session, reader, wishes)
    except ReaderError as error:
        return _preferences(request, session, now, reader, wishes, problem=str(error))
    return see_other(f"/voorkeuren/{token}?bewaard=1")


@router.get("/afmelden/{token}", dependencies=[Slowly])
def ask_to_leave(token: str, request: Request, session: Database, now: Now) -> Response:
    with honoured():
        reader = behind(session, Purpose.UNSUBSCRIBE, token)
    return render(request, "unsubscribe.html", None, now, **about_reader(session, reader))


@router.post("/afmelden/{token}", dependencies=[Slowly])
def leave(token: str, request: Request, session: Database, now: Now) -> Response:
    """The button, and what mail programs send of themselves (RFC 8058): they follow no redirect, so the answer is the page."""
    with honoured():
        reader = behind(session, Purpose.UNSUBSCRIBE, token)
    unsubscribe(reader, now)
    session.flush()
    return render(request, "unsubscribe.html", None, now, **about_reader(session, reader))


@router.get("/terugmelding/{token}", dependencies=[Slowly])
def opinion(token: str, request: Request, session: Database, now: Now, formulier: UUID | None = None) -> Response:
    """Asks for a press of the button; after it, with the form's number in the address, says what was kept and offers the other answer."""
    with honoured():
        about = asked(session, token)
    given = session.get(DigestFeedback, formulier) if formulier else None
    return render(
        request,
        "opinion.html",
        None,
        now,
        about=about,
        audience=audience_names(session).get(about.digest.audience, about.digest.audience),
        form=formulier or uuid4(),
        given=given.opinion if given and given.digest_id == about.digest.id else None,
        full=formulier is not None and given is None,
        answers=(about.opinion, *OTHERS[about.opinion]),
    )


@router.post("/terugmelding/{token}", dependencies=[Slowly])
def say_so(token: str, session: Database, now: Now, oordeel: Annotated[Opinion, Form()], formulier: Annotated[UUID, Form()]) -> Response:
    with honoured():
        about = asked(session, token)
    if oordeel is not about.opinion and oordeel not in OTHERS[about.opinion]:
        raise Refusal(422, _("Dit antwoord kan hier niet."), _("Ga terug en kies een van de knoppen."))
    say(session, about, oordeel, formulier, now)
    return see_other(f"/terugmelding/{token}?{urlencode({'formulier': formulier})}")


def _preferences(
    request: Request, session: Session, now: Now, reader: Reader, wishes: Wishes, *, saved: bool = False, problem: str = ""
) -> Response:
    return render(
        request,
        "preferences.html",
        None,
        now,
        422 if problem else 200,
        **about_reader(session, reader),
        offered=choices(session),
        wishes=wishes,
        kinds=kinds_for(reader.audience),
        weekdays=WEEKDAYS,
        hours=HOURS,
        saved=saved,
        problem=problem,
        leave=signed(Purpose.UNSUBSCRIBE, reader.id),
    )
