"""The border where YAML written by people comes in: a mistake names file, line and what was expected."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

MAX_BYTES = 20_000_000


class ConfigurationError(Exception):
    """A configuration file cannot be used; the message names file, line, what was wrong and what to do."""


class Written(BaseModel):
    """Parent of everything a person writes in YAML: unknown fields are mistakes, values do not change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


File = TypeVar("File", bound=BaseModel)


def read_yaml(path: Path, shape: type[File]) -> File:
    """Read one YAML file into `shape`.

    Raises:
        ConfigurationError: the file is missing, is no YAML, or does not fit; every misfit is named with its line.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{path}: kan niet gelezen worden ({error.strerror}). Zet het bestand terug of wijs LUISTERPOST_CONFIG goed."
        ) from error
    if len(source) > MAX_BYTES:
        raise ConfigurationError(f"{path}: is groter dan {MAX_BYTES // 1_000_000} MB. Splits het bestand.")
    return parse_yaml(source.decode("utf-8", errors="replace"), shape, str(path))


def read_optional_yaml(path: Path, shape: type[File]) -> File:
    """Like `read_yaml`, but an empty `shape` where there is no such file.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    return read_yaml(path, shape) if path.exists() else shape()


def parse_yaml(source: str, shape: type[File], name: str) -> File:
    """Like `read_yaml`, from text; `name` is what messages call it."""
    try:
        tree = _tree(source)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(
            f"{name}, regel {line}: geen geldige YAML: {error.problem or error.context}. "
            "Kijk naar inspringing, aanhalingstekens en dubbele punten."
        ) from error
    except YAMLError as error:
        raise ConfigurationError(f"{name}: geen geldige YAML: {error}") from error
    try:
        return shape.model_validate(_plain(tree))
    except ValidationError as error:
        raise ConfigurationError(
            "\n".join(f"{name}, regel {line_of(tree, e['loc'])}: {_where(e['loc'])}: {_expected(e)}" for e in error.errors())
        ) from error


@lru_cache(maxsize=32)
def _tree(source: str) -> Any:
    """The text as it stands, with its lines; only this is remembered, for what it means may hang on the settings."""
    return YAML(typ="rt").load(source)


def line_of(tree: Any, location: Sequence[int | str]) -> int:
    """The line, counted from 1, on which the deepest known part of `location` stands."""
    line = 1
    for step in filter(_written, location):
        if isinstance(tree, CommentedMap) and step in tree:
            line = tree.lc.key(step)[0] + 1
        elif isinstance(tree, CommentedSeq) and isinstance(step, int) and step < len(tree):
            line = tree.lc.item(step)[0] + 1
        else:
            break
        tree = tree[step]
    return line


def _plain(tree: Any) -> Any:
    if isinstance(tree, CommentedMap):
        return {str(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, CommentedSeq):
        return [_plain(value) for value in tree]
    return tree


def _where(location: Sequence[int | str]) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in filter(_written, location)) or "bestand"


def _written(step: int | str) -> bool:
    """Whether a step of a location stands in the file: the tags of shapes that one may choose from, such as `<rule>`, do not."""
    return isinstance(step, int) or not step.startswith("<")


def _expected(error: Any) -> str:
    match error["type"]:
        case "missing":
            return "ontbreekt. Vul het in."
        case "extra_forbidden":
            return "is geen bekend veld. Kijk naar de spelling, of haal het weg."
        case _:
            found = "" if isinstance(error["input"], dict | list) else f" (er staat: {str(error['input'])[:60]!r})"
            return f"{error['msg']}{found}"
