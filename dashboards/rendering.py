"""The templates and what they know: notations, the municipality, the addresses of files."""

from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dashboards.assets import Assets
from dashboards.people.rights import Right
from dashboards.signals import curves
from dashboards.words import notation
from dashboards.words.rules import conditions, outcome
from dashboards.words.terms import left
from models.language import one_or_more, spoken, translated
from models.municipality import Municipality
from models.settings import Settings
from routing.proposals.forms import FORMS
from routing.readers.subscribing import masked

TEMPLATES = Path(__file__).parent / "templates"
EXTENSIONS = ("jinja2.ext.i18n", "jinja2.ext.do")


class Pages:
    """Renders the templates, in the language of who reads. They are written in Dutch; other languages come as catalogues."""

    def __init__(self, assets: Assets, municipality: Municipality, settings: Settings) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=EXTENSIONS,
        )
        self._environment.install_gettext_callables(translated, one_or_more, newstyle=True)  # type: ignore[attr-defined]
        names = municipality.theme_names
        places = {n.id: n.name for n in municipality.places.neighbourhoods} | {d.id: d.name for d in municipality.places.districts}

        def theme(slug: str) -> str:
            return names.get(slug, slug)

        def area(place: str) -> str:
            return places.get(place, place)

        self.theme, self.area = theme, area
        self._environment.filters |= {
            "number": notation.number,
            "decimal": notation.decimal,
            "usual": notation.usual,
            "plural": notation.plural,
            "listed": notation.listed,
            "quoted": notation.quoted,
            "day": partial(notation.day, zone=settings.zone),
            "short_day": notation.short_day,
            "month_name": notation.month_name,
            "moment": partial(notation.moment, zone=settings.zone),
            "clock": partial(notation.clock, zone=settings.zone),
            "machine": partial(notation.machine, zone=settings.zone),
            "ago": notation.ago,
            "until": notation.until,
            "left": partial(left, zone=settings.zone),
            "theme": theme,
            "area": area,
            "word": notation.word,
            "translated": translated,
            "web_address": notation.web_address,
            "span": notation.span,
            "masked": masked,
            "bars": curves.bars,
            "conditions": lambda when: list(conditions(when, theme, area)),
            "outcome": lambda then, names: list(outcome(then, lambda id: names.get(id, id))),
            "capitalize_first": lambda text: text[:1].upper() + text[1:],
        }
        self._environment.globals |= {
            "asset": assets.url,
            "municipality": municipality.about,
            "names_of_forms": FORMS,
            "Right": Right,
            "spoken": spoken,
        }

    def drawing(self, template: str, **content: Any) -> str:
        """A picture for a file of its own."""
        return self._environment.get_template(template).render(**content)

    def response(self, request: Request, template: str, content: dict[str, Any], status: int) -> Response:
        page = self._environment.get_template(template).render(request=request, language=spoken(), **content)
        return HTMLResponse(page, status, {"Content-Language": spoken(), "Vary": "Cookie"})
