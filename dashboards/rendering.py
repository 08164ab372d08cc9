"""The templates and what they know: Dutch notations, the municipality, the addresses of files."""

from functools import partial
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dashboards.assets import Assets
from dashboards.people.rights import Right
from dashboards.signals import curves
from dashboards.words import dutch
from dashboards.words.rules import conditions, outcome
from dashboards.words.terms import left
from models.municipality import Municipality
from models.settings import Settings
from routing.proposals.forms import FORMS
from routing.readers.subscribing import masked

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Renders the templates. Dutch is the language of the templates themselves; other languages come as catalogues."""

    def __init__(self, assets: Assets, municipality: Municipality, settings: Settings) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )
        self._environment.install_gettext_translations(NullTranslations(), newstyle=True)  # type: ignore[attr-defined]
        names = municipality.theme_names
        places = {n.id: n.name for n in municipality.places.neighbourhoods} | {d.id: d.name for d in municipality.places.districts}

        def theme(slug: str) -> str:
            return names.get(slug, slug)

        def area(place: str) -> str:
            return places.get(place, place)

        self.theme, self.area = theme, area
        self._environment.filters |= {
            "number": dutch.number,
            "decimal": dutch.decimal,
            "usual": dutch.usual,
            "plural": dutch.plural,
            "listed": dutch.listed,
            "quoted": dutch.quoted,
            "day": partial(dutch.day, zone=settings.zone),
            "short_day": dutch.short_day,
            "month_name": dutch.month_name,
            "moment": partial(dutch.moment, zone=settings.zone),
            "clock": partial(dutch.clock, zone=settings.zone),
            "machine": partial(dutch.machine, zone=settings.zone),
            "ago": dutch.ago,
            "until": dutch.until,
            "left": partial(left, zone=settings.zone),
            "theme": theme,
            "area": area,
            "word": dutch.word,
            "web_address": dutch.web_address,
            "masked": masked,
            "bars": curves.bars,
            "conditions": lambda when: list(conditions(when, theme, area)),
            "outcome": lambda then, names: list(outcome(then, lambda id: names.get(id, id))),
            "capitalize_first": lambda text: text[:1].upper() + text[1:],
        }
        self._environment.globals |= {"asset": assets.url, "municipality": municipality.about, "names_of_forms": FORMS, "Right": Right}

    def response(self, request: Request, template: str, content: dict[str, Any], status: int) -> Response:
        return HTMLResponse(self._environment.get_template(template).render(request=request, **content), status)
