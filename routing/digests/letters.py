"""Letters: HTML made from MJML, and the same in plain text. Everything a resident wrote is escaped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from mjml import mjml2html

TEMPLATES = Path(__file__).parent / "mail"
SUBJECT = 78
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class Letter:
    """What is sent: a subject of one line and at most 78 characters, and both bodies."""

    subject: str
    html: str
    text: str


def write(template: str, subject: str, content: Mapping[str, Any]) -> Letter:
    """Fill `mail/<template>.mjml.j2` and `.txt.j2`."""
    page = _CONTROL.sub("", _environment().get_template(f"{template}.mjml.j2").render(content))
    return Letter(shortened(subject, SUBJECT), mjml2html(page), plain(template, content))


def plain(template: str, content: Mapping[str, Any]) -> str:
    """Fill `mail/<template>.txt.j2` alone."""
    text = _environment().get_template(f"{template}.txt.j2").render(content)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def shortened(line: str, most: int) -> str:
    """One line of at most `most` characters, cut between words and then ended with an ellipsis."""
    whole = " ".join(line.split())
    if len(whole) <= most:
        return whole
    return whole[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("mjml.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
