"""Secrets are written down as the place where they are kept, never themselves."""

import os
from pathlib import Path

from pydantic import model_validator

from ingest.errors import SourceError
from models.configuration import Written


class Secret(Written):
    """The name of an environment variable, or of a file, that holds a secret."""

    env: str | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Secret":
        if (self.env is None) == (self.file is None):
            raise ValueError("noem of een omgevingsvariabele (env) of een bestand (file)")
        return self

    @property
    def place(self) -> str:
        """Where a person looks for it."""
        return f"de omgevingsvariabele {self.env}" if self.env else f"het bestand {self.file}"

    def reveal(self, source: str) -> str:
        """The secret.

        Raises:
            SourceError: it is not where it should be.
        """
        try:
            found = os.environ.get(self.env, "") if self.env else self.file.read_text(encoding="utf-8") if self.file else ""
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"{source}: {self.place} kan niet gelezen worden.", "Zet het geheim daar neer, op een regel.") from error
        if not found.strip():
            raise SourceError(f"{source}: {self.place} is leeg of bestaat niet.", "Zet daar het token van deze bron in.")
        return found.strip()
