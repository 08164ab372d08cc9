"""JSON Schemas of what people write for this room, so that an editor completes and checks it while they do."""

from typing import Any

from routing.alerts.roster import Roster
from routing.rules.grammar import RulesFile


def schemas() -> dict[str, dict[str, Any]]:
    """By the name of the file without its ending."""
    return {"rules": RulesFile.model_json_schema(), "roster": Roster.model_json_schema()}
