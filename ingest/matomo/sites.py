"""matomo.yaml: which Matomo may be asked, about which of its sites, and what they are for."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ingest.entry import Url
from models.configuration import Written, read_yaml
from outside.secrets import Secret

FILE = "matomo.yaml"


class Site(Written):
    """One site that Matomo counts."""

    id: Annotated[int, Field(ge=1)]
    name: str
    participation: bool = Field(default=False, description="dit is het participatieplatform")
    goals: dict[Annotated[int, Field(ge=1)], str] = Field(default={}, description="nummer van een doel in Matomo, en hoe wij het noemen")


class MatomoFile(Written):
    """matomo.yaml"""

    url: Url = Field(description="adres van index.php van Matomo")
    token: Secret
    allow_private: bool = False
    since: date | None = Field(default=None, description="eerste dag die wordt opgehaald; anders dertien maanden terug")
    sites: list[Site] = Field(min_length=1)


def load_matomo(folder: Path) -> MatomoFile | None:
    """What the municipality says of its Matomo; None where it has none.

    Raises:
        ConfigurationError: the file is there and cannot be used.
    """
    path = folder / FILE
    return read_yaml(path, MatomoFile) if path.exists() else None
