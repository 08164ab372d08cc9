"""targets.yaml: the departments' own systems, by a name of the municipality's own."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from models.configuration import ConfigurationError, Written, read_optional_yaml
from models.gazetteer import Slug
from routing.deliveries.targets.jira import JiraEntry
from routing.deliveries.targets.klantinteracties import KlantinteractiesEntry
from routing.deliveries.targets.signalen import SignalenEntry
from routing.deliveries.targets.topdesk import TopdeskEntry
from routing.deliveries.targets.webhook import WebhookEntry
from routing.deliveries.targets.zammad import ZammadEntry

FILE = "targets.yaml"
Entry = Annotated[
    JiraEntry | KlantinteractiesEntry | SignalenEntry | TopdeskEntry | WebhookEntry | ZammadEntry, Field(discriminator="kind")
]


class Targets(Written):
    """targets.yaml"""

    targets: dict[Slug, Entry] = {}


def load_targets(folder: Path) -> Targets:
    """The targets of a municipality; none where there is no such file.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    return read_optional_yaml(folder / FILE, Targets)


def target_named(folder: Path, name: str) -> Entry:
    """One target.

    Raises:
        ConfigurationError: the file cannot be used, or has no target of this name.
    """
    found = load_targets(folder).targets.get(name)
    if found is None:
        raise ConfigurationError(f"Er is geen systeem {name!r} in {FILE}. Zet het erin, of verbeter `target` in departments.yaml.")
    return found
