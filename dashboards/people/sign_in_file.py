"""sign_in.yaml: how people sign in. Without the file: with links and passwords, for a week."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from models.configuration import Written, read_yaml
from models.words import Role

FILE = "sign_in.yaml"
Hours = Annotated[int, Field(ge=1, le=24 * 90)]


class Claims(Written):
    """Under which names the provider tells of a person; a dot goes one level deeper."""

    name: str = "name"
    role: str = "groups"
    department: str = "department"


class Provider(Written):
    """The municipality's own sign-in (OpenID Connect)."""

    name: str
    issuer: Annotated[str, Field(pattern=r"^https://|^http://(localhost|127\.0\.0\.1)(:|/|$)")]
    """Exactly as the provider calls itself; any other is refused."""
    client: str
    secret: Annotated[str, Field(pattern="^[A-Z][A-Z0-9_]*$")]
    """The name of the environment variable that holds the secret."""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    claims: Claims = Claims()
    roles: dict[str, Role] = {}
    """What the provider calls a group or role: our role. Of somebody with several, the first in this list counts."""
    departments: dict[str, str] = {}
    """What the provider calls a department: our id."""
    otherwise: Literal["reader", "refuse"] = "refuse"
    """What becomes of somebody in none of these groups."""

    @model_validator(mode="after")
    def _asks_who_it_is(self) -> "Provider":
        if "openid" not in self.scopes:
            raise ValueError("Bij scopes hoort openid.")
        return self


class SignInFile(Written):
    """How people sign in, and for how long."""

    passwords: bool = True
    idle_hours: Hours = 72
    """After so long without a page one signs in again: a weekend passes."""
    lasts_hours: Hours = 168
    provider: Provider | None = None

    @property
    def idle(self) -> timedelta:
        return timedelta(hours=self.idle_hours)

    @property
    def lasts(self) -> timedelta:
        return timedelta(hours=self.lasts_hours)


def read_sign_in(folder: Path) -> SignInFile:
    """The file of a municipality.

    Raises:
        ConfigurationError: it cannot be used.
    """
    path = folder / FILE
    return read_yaml(path, SignInFile) if path.exists() else SignInFile()
