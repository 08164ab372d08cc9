"""Secrets are written down as the place where they are kept, never themselves."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, model_validator

from models.configuration import Written
from models.settings import settings
from outside.errors import SecretMissing


def _in_data(written: object) -> object:
    return written.replace("${data}", str(settings().data)) if isinstance(written, str) else written


class Secret(Written):
    """The name of an environment variable, or of a file, that holds a secret. `${data}` in it is the data folder."""

    env: str | None = None
    file: Annotated[Path | None, BeforeValidator(_in_data)] = None

    @model_validator(mode="after")
    def _one_place(self) -> "Secret":
        if (self.env is None) == (self.file is None):
            raise ValueError("noem of een omgevingsvariabele (env) of een bestand (file)")
        return self

    @property
    def place(self) -> str:
        """Where a person looks for it."""
        return f"de omgevingsvariabele {self.env}" if self.env else f"het bestand {self.file}"

    def reveal(self, asker: str) -> str:
        """The secret; `asker` is the name that a mistake is told under.

        Raises:
            SecretMissing: it is not where it should be.
        """
        try:
            found = os.environ.get(self.env, "") if self.env else self.file.read_text(encoding="utf-8") if self.file else ""
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"{asker}: {self.place} kan niet gelezen worden.", "Zet het geheim daar neer, op een regel.") from error
        if not found.strip():
            raise SecretMissing(f"{asker}: {self.place} is leeg of bestaat niet.", "Zet daar het token in.")
        return found.strip()
