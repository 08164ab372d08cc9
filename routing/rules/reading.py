"""From the text of rules.yaml to rules that can be used."""

from functools import lru_cache
from hashlib import sha256
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from models.configuration import ConfigurationError, line_of, parse_yaml
from models.municipality import Municipality
from routing.rules.decide import Rules
from routing.rules.grammar import FILE, RulesFile
from routing.rules.names import Names, doubled, names_of, unknown


def load_rules(folder: Path, municipality: Municipality) -> Rules:
    """The rules of a municipality's folder.

    Raises:
        ConfigurationError: the file is missing, does not parse, or names something that does not exist; every mistake with its line.
    """
    return parse_rules(read_source(folder), names_of(municipality), str(folder / FILE))


def read_source(folder: Path) -> str:
    """The text of rules.yaml.

    Raises:
        ConfigurationError: it cannot be read.
    """
    try:
        return (folder / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConfigurationError(f"{folder / FILE}: kan niet gelezen worden ({error.strerror}). Zet het bestand terug.") from error


@lru_cache(maxsize=8)
def parse_rules(source: str, names: Names, path: str) -> Rules:
    """Rules from text; the same text and names are parsed once.

    Raises:
        ConfigurationError: see `load_rules`.
    """
    file = parse_yaml(source, RulesFile, path)
    if wrong := list(unknown(file, names)) + list(doubled(file)):
        tree = YAML(typ="rt").load(StringIO(source))
        raise ConfigurationError("\n".join(f"{path}, regel {line_of(tree, where)}: {what}" for where, what in wrong))
    return Rules(file, source, version_of(source), path)


def version_of(source: str) -> str:
    """The name of a text for good."""
    return sha256(source.encode()).hexdigest()[:12]
