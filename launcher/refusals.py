"""How the command line says what did not go: standard error and exit status 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from models.configuration import ConfigurationError
from models.database import DatabaseError
from models.embedded import EmbeddedError


def complain(line: str) -> None:
    typer.echo(line, err=True)


@contextmanager
def refusals(*kinds: type[Exception]) -> Iterator[None]:
    """Turn a refusal into one message on standard error and exit status 1."""
    expected: tuple[type[Exception], ...] = (ConfigurationError, DatabaseError, EmbeddedError, *kinds)
    try:
        yield
    except expected as refused:
        complain(str(refused))
        raise typer.Exit(1) from refused
