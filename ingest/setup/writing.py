"""Writes a source into sources.yaml: comments and order of what stands there are kept, and what does not fit is refused."""

import shutil
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.util import load_yaml_guess_indent

from ingest.sources import FILE, load_sources
from models.configuration import ConfigurationError

WIDTH = 4096
"""Lines are never broken: what a person wrote stays as it was."""


def add_source(folder: Path, written: Mapping[str, Any]) -> None:
    """Add one source at the end of sources.yaml, all or nothing.

    Raises:
        ConfigurationError: the file cannot be used, as it is or with this source in it.
    """
    path = folder / FILE
    load_sources(folder)
    before = path.read_text(encoding="utf-8")
    _, _, offset = load_yaml_guess_indent(before)
    yaml = _yaml(2 if offset is None else offset)
    tree = yaml.load(before)
    entries = tree["sources"]
    if any(entry.get("id") == written.get("id") for entry in entries):
        raise ConfigurationError(f"{path}: de bron {written.get('id')} staat er al. Kies een andere id.")
    new = CommentedMap({name: _inline(value) for name, value in written.items()})
    if not entries:
        entries = tree["sources"] = CommentedSeq()
    entries.append(new)
    if len(entries) > 1:
        entries.yaml_set_comment_before_after_key(len(entries) - 1, before="\n")
    file = StringIO()
    yaml.dump(tree, file)
    with TemporaryDirectory(dir=folder, prefix=".sources-") as trial:
        proof = Path(trial) / FILE
        proof.write_text(file.getvalue(), encoding="utf-8")
        try:
            load_sources(Path(trial))
        except ConfigurationError as error:
            raise ConfigurationError(str(error).replace(str(proof), str(path))) from error
        shutil.copymode(path, proof)
        proof.replace(path)


def _yaml(offset: int) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    return yaml


def _inline(value: Any) -> Any:
    """Lists and places of secrets on one line, as they are written by hand."""
    if isinstance(value, dict):
        shown = CommentedMap({key: _inline(inner) for key, inner in value.items()})
        shown.fa.set_flow_style()
        return shown
    if isinstance(value, list):
        row = CommentedSeq(map(_inline, value))
        row.fa.set_flow_style()
        return row
    return value
