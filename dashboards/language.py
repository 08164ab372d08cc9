"""Which language a visitor reads the pages in: Dutch, or English by a switch that an address can carry."""

from collections.abc import Mapping

from starlette.datastructures import URL, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.language import Language, speaking

PARAMETER = "lang"
"""Not `taal`: that is the language of messages, which Trends asks for."""
COOKIE = "luisterpost_taal"
A_YEAR = 365 * 24 * 3600
NAMES: Mapping[Language, str] = {Language.DUTCH: "Nederlands", Language.ENGLISH: "English"}
"""Each in its own language."""


class InTheirLanguage:
    """Speaks the language that the address asks for and remembers it in a cookie, else the one remembered, else Dutch."""

    def __init__(self, app: ASGIApp, encrypted: bool) -> None:
        self._app = app
        self._secure = "; Secure" if encrypted else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        asked, remembered = _known(request.query_params.get(PARAMETER)), _known(request.cookies.get(COOKIE))
        scope["language"] = language = asked or remembered or Language.DUTCH

        async def send_remembering(message: Message) -> None:
            if message["type"] == "http.response.start" and asked not in (None, remembered):
                cookie = f"{COOKIE}={asked}; Path=/; Max-Age={A_YEAR}; SameSite=Lax; HttpOnly{self._secure}"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        with speaking(language):
            await self._app(scope, receive, send_remembering)


def language_of(request: Request) -> Language:
    """The language of a request, also where its `speaking` is over: when a page broke."""
    language: Language = request.scope.get("language", Language.DUTCH)
    return language


def switches(request: Request) -> list[tuple[Language, str, str]]:
    """Each language, its name in itself, and the address of this page in it. After a form it is the page that the form was on."""
    path, query = "", request.url.query
    if request.method not in ("GET", "HEAD"):
        before = URL(request.headers.get("referer", ""))
        ours = before.netloc == request.url.netloc
        path, query = ("/" + before.path.lstrip("/"), before.query) if ours else ("/", "")
    here = URL(path=path, query=query)
    return [(language, name, str(here.include_query_params(**{PARAMETER: language.value}))) for language, name in NAMES.items()]


def _known(value: str | None) -> Language | None:
    return Language(value) if value in set(Language) else None
