"""PDOK Locatieserver, for streets that the gazetteer does not know. Off unless municipality.yaml says `pdok: true`.

Only the word that looks like a street's name leaves the building, with the municipality's name: never the message.
https://api.pdok.nl/bzk/locatieserver/search/v3_1/ui/
"""

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import requests

from classify.places.spelling import is_slip
from classify.wording import plain
from models.gazetteer import Neighbourhood
from models.municipality import Municipality

ADDRESS = "https://api.pdok.nl/bzk/locatieserver/search/v3_1/free"
MOST_KEPT = 10_000
MAX_BODY = 200_000
MAX_SECONDS = 2.0
REST = 600.0
"""Seconds of silence after a failure: a server that does not answer must not slow down every message."""
log = logging.getLogger(__name__)


class Locatieserver:
    """Asks in which neighbourhood a street lies, and remembers the answers, also that there is none."""

    def __init__(self, municipality: Municipality, address: str = ADDRESS, clock: Callable[[], float] = time.monotonic) -> None:
        self._town = municipality.about.name
        self._by_code: Mapping[str, Neighbourhood] = {n.code: n for n in municipality.places.neighbourhoods if n.code}
        self._by_name: Mapping[str, Neighbourhood] = {plain(n.name): n for n in municipality.places.neighbourhoods}
        self._address = address
        self._clock = clock
        self._silent_until = 0.0
        self._kept: OrderedDict[str, Neighbourhood | None] = OrderedDict()
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["User-Agent"] = f"Luisterpost ({municipality.about.contact})"

    def neighbourhood_of(self, street: str) -> Neighbourhood | None:
        """Where this street lies; None where PDOK does not know it in this municipality, or does not answer."""
        with self._lock:
            if street in self._kept:
                self._kept.move_to_end(street)
                return self._kept[street]
            if self._clock() < self._silent_until:
                return None
        try:
            found = self._chosen(street, self._ask(street))
        except (requests.RequestException, ValueError) as error:
            log.warning("locatieserver does not answer", extra={"error": type(error).__name__})
            self._silent_until = self._clock() + REST
            return None
        with self._lock:
            self._kept[street] = found
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def _ask(self, street: str) -> Any:
        query: list[tuple[str, str]] = [
            ("q", street),
            ("fq", "type:adres"),
            ("fq", f'gemeentenaam:"{self._town}"'),
            ("fl", "straatnaam buurtcode buurtnaam gemeentenaam"),
            ("rows", "5"),
        ]
        began = self._clock()
        with self._session.get(self._address, params=query, timeout=MAX_SECONDS, allow_redirects=False, stream=True) as response:
            if response.status_code != 200:
                raise ValueError(f"status {response.status_code}")
            body = bytearray()
            for chunk in response.iter_content(16_384):
                body += chunk
                if len(body) > MAX_BODY or self._clock() - began > 2 * MAX_SECONDS:
                    raise ValueError("too much, or too slow")
        return json.loads(bytes(body))

    def _chosen(self, street: str, answer: Any) -> Neighbourhood | None:
        """The neighbourhood of the first address whose street is the one asked for."""
        try:
            docs = [doc for doc in answer["response"]["docs"] if isinstance(doc, dict)]
        except (KeyError, TypeError) as error:
            raise ValueError("an answer of another shape") from error
        for doc in docs:
            name = plain(str(doc.get("straatnaam", "")))
            at_home = plain(str(doc.get("gemeentenaam", ""))) == plain(self._town)
            if at_home and (name == street or is_slip(street, name)):
                return self._by_code.get(str(doc.get("buurtcode"))) or self._by_name.get(plain(str(doc.get("buurtnaam"))))
        return None
