"""Pages that open with a signed link, without an account: how often one may try, what a bad link ends in, and what is shown of a reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from dashboards.errors import Refusal
from dashboards.readers.rate import ReaderRate
from dashboards.visit import Now
from models.language import _
from models.reader import Reader
from routing.readers.subscribing import audience_names, masked
from routing.readers.tokens import BadLink


def slow_down(request: Request, now: Now) -> None:
    """Refuses an address that tries too many links."""
    rate: ReaderRate = request.app.state.reader_rate
    if not rate.may_open(caller(request), now):
        raise Refusal(429, _("Dit gaat te snel."), _("Wacht vijf minuten en open de link dan opnieuw."))


Slowly = Depends(slow_down)


@contextmanager
def honoured() -> Iterator[None]:
    """A link that is not ours, or not any more, ends in words that say what to do."""
    try:
        yield
    except BadLink as error:
        raise Refusal(410, _("Deze link werkt niet (meer)."), _("Open de link uit het laatste bericht dat u kreeg.")) from error


def caller(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else ""


def about_reader(session: Session, reader: Reader) -> dict[str, Any]:
    """What a page may show of a reader to whoever has its link: not the whole address, because letters are passed on."""
    audience = audience_names(session).get(reader.audience, reader.audience)
    return {"reader": reader, "address": masked(reader.recipient), "audience": audience}
