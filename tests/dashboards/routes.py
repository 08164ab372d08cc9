"""The pages that the application has, each with an address that can be opened."""

import re

from fastapi import FastAPI
from fastapi.routing import APIRoute

FILLED = {"department_id": "reiniging", "source_id": "meldingen", "day": "2026-11-18", "audience": "reiniging", "name": "luisterpost.svg"}
"""What stands in the addresses of pages where it is not a number."""
NOT_OPENED = {
    "/afdelingen/{department_id}/gebeurtenissen",
    "/vandaag.pdf",
    "/dagberichten/{digest_id}/pdf",
    "/trends/grafiek.{form}",
    "/scorekaart/maand.pdf",
}
"""The first goes on for as long as somebody listens; drawing the others takes long."""


def pages(app: FastAPI) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def filled(route: APIRoute) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: FILLED.get(name[1], "1"), route.path)
