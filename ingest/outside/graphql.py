"""Questions in GraphQL."""

from collections.abc import Mapping
from typing import Any

import requests

from ingest.errors import SourceError
from ingest.lists.listing import at, entries_at
from ingest.outside.api import Api


def ask(api: Api, path: str, query: str, variables: Mapping[str, Any]) -> tuple[Any, SourceError | None]:
    """The `data` of the answer; and what is the matter where the server left a part of it out, which may then seem to be gone.

    Raises:
        SourceError: as `Api.post`, and where there is no data at all.
    """
    body = api.post(path, json={"query": query, "variables": dict(variables)}).body
    data = at(body, "data")
    if data is not None and not entries_at(body, "errors"):
        return data, None
    problem = SourceError(
        f"{api.source}: de site kan een vraag van Luisterpost niet {'helemaal ' if data is not None else ''}beantwoorden.",
        "Kijk of base in sources.yaml klopt en docs/sources.md deze versie noemt; blijft het zo, vraag de beheerder van de site.",
    )
    if data is None:
        raise problem
    return data, problem


def closed(source: str, response: requests.Response) -> SourceError | None:
    """What it means where a site asks who we are: we read what is public, without an account."""
    if response.status_code not in (401, 403):
        return None
    return SourceError(
        f"{source}: de site laat haar API niet openbaar lezen ({response.status_code}).",
        "Vraag de beheerder van de site de API open te zetten.",
    )
