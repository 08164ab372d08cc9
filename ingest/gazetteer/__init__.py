"""Brings in a municipality's own areas and streets: CBS wijken en buurten, BAG openbare ruimten. Nothing is fetched."""

from ingest.gazetteer.bring_in import Outcome, bring_in
from ingest.gazetteer.rows import GazetteerError

__all__ = ["GazetteerError", "Outcome", "bring_in"]
