"""The example's Matomo: made-up figures of a website and a participation platform, in the shapes of the Reporting API.

The same day always has the same figures. Campaigns are those of the digests' links, so that reading can be seen per audience.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

WEEK = (1.15, 1.1, 1.05, 1.0, 0.9, 0.55, 0.6)
BUSY = {"1": 3200, "2": 240}
PAGES = ("/afval/afvalkalender", "/contact", "/paspoort", "/verhuizen", "/parkeren", "/nieuws", "/grofvuil")
PROJECTS = ("/projecten/spoorzicht", "/projecten/bloemenpark", "/ideeen", "/projecten/oversteek-kastanjelaan")
SEARCHES = ("grofvuil", "paspoort", "milieustraat", "afvalpas", "parkeervergunning")


@dataclass(frozen=True)
class Asked:
    """One report of one site and day; `random` gives the same figures each time it is asked."""

    site: str
    day: date
    random: Random
    departments: Sequence[str]


def create_counted(departments: Sequence[str], token: Callable[[], str]) -> APIRouter:
    """A router with `POST /matomo/index.php`; `token` is what lets one in."""
    router = APIRouter()

    @router.post("/matomo/index.php")
    async def index(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", errors="replace")))
        if form.get("token_auth") != token():
            return JSONResponse({"result": "error", "message": "Unable to authenticate with the provided token."})
        if form.get("method") != "API.getBulkRequest":
            return JSONResponse(_answer(form, departments))
        several = sorted((int(name[5:-1]), url) for name, url in form.items() if name.startswith("urls["))
        return JSONResponse([_answer(dict(parse_qsl(url)), departments) for _, url in several])

    return router


def _answer(form: Mapping[str, str], departments: Sequence[str]) -> Any:
    report = _REPORTS.get(form.get("method", ""))
    if report is None or form.get("idSite") not in BUSY:
        return {"result": "error", "message": "The method or the site does not exist."}
    day = date.fromisoformat(form["date"])
    random = Random(f"{form['method']} {form['idSite']} {day}")  # noqa: S311 - figures, not secrets
    found = report(Asked(form["idSite"], day, random, departments))
    begin = int(form.get("filter_offset", 0))
    return found[begin : begin + int(form.get("filter_limit", 100))] if isinstance(found, list) else found


def _visits(asked: Asked) -> dict[str, int]:
    visits = round(BUSY[asked.site] * WEEK[asked.day.weekday()] * asked.random.uniform(0.85, 1.15))
    return {"nb_uniq_visitors": round(visits * 0.82), "nb_visits": visits, "nb_actions": round(visits * 2.7), "bounce_count": visits // 3}


def _pages(asked: Asked) -> list[dict[str, Any]]:
    names = PAGES if asked.site == "1" else PROJECTS
    return [{"label": name, "nb_hits": round(BUSY[asked.site] / (n + 3) * asked.random.uniform(0.7, 1.3))} for n, name in enumerate(names)]


def _searches(asked: Asked) -> list[dict[str, Any]]:
    return [{"label": word, "nb_visits": asked.random.randint(4, 60)} for word in SEARCHES]


def _websites(asked: Asked) -> list[dict[str, Any]]:
    return [{"label": "nieuws.rivierstad.example", "nb_visits": asked.random.randint(20, 90)}]


def _events(asked: Asked) -> list[dict[str, Any]]:
    return [{"label": "reactie" if asked.site == "2" else "download", "nb_events": asked.random.randint(3, 25)}]


def _goal(asked: Asked) -> dict[str, int]:
    return {"nb_conversions": asked.random.randint(2, 12) if asked.site == "2" else asked.random.randint(20, 60)}


def _campaigns(asked: Asked) -> list[dict[str, Any]]:
    """Who opened a link in a digest: of ten audiences about eight on a working day, one in the weekend."""
    opens = 0.8 if asked.day.weekday() < 5 else 0.1
    return [
        {"label": f"dagbericht-{audience}-{asked.day.isoformat()}", "nb_visits": asked.random.randint(1, 9)}
        for audience in ("newsroom", *asked.departments)
        if asked.site == "1" and asked.random.random() < opens
    ]


_REPORTS: Mapping[str, Callable[[Asked], Any]] = {
    "VisitsSummary.get": _visits,
    "Actions.getPageUrls": _pages,
    "Actions.getSiteSearchKeywords": _searches,
    "Referrers.getCampaigns": _campaigns,
    "Referrers.getWebsites": _websites,
    "Events.getCategory": _events,
    "Goals.get": _goal,
}
