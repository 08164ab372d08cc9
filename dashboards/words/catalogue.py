"""Which Dutch texts the pages say, gathered from templates, code and the yardstick's method, and the English beside them.

`python -m dashboards.words.catalogue` (or `make translate`) brings the catalogue up to date: what is new comes in with nothing beside it,
what is no longer said goes out. `check` says what a translator still has to do.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path

import jinja2
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2 import nodes
from jinja2.ext import extract_from_ast

from dashboards.meetlat.method import method
from dashboards.people.rights import Right
from dashboards.rendering import EXTENSIONS, TEMPLATES
from dashboards.words.explanation import Certainty
from dashboards.words.notation import called
from models.language import CATALOGUES, Language
from models.settings import ROOT
from models.trend import Step
from models.words import (
    Action,
    AnswerStatus,
    AnswerStep,
    BurstKind,
    Channel,
    DeliveryStatus,
    DeliveryWay,
    DigestKind,
    Kind,
    Occasion,
    Opinion,
    Role,
    RunOutcome,
    SignalStatus,
    SignalStep,
    TicketStatus,
    TicketStep,
    Tone,
    Verdict,
)

CODE = ("models", "routing", "dashboards")
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "_": None,
    "msgid": None,
    "one_or_more": (1, 2),
    "plural": (2, 3),
    "counted": (2, 3),
    "_number": (2, 3),
}
"""The functions that are given texts of the catalogue, and at which place where that is not the first."""
SHOWN: tuple[type[StrEnum], ...] = (
    Action,
    AnswerStatus,
    AnswerStep,
    BurstKind,
    Certainty,
    Channel,
    DeliveryStatus,
    DeliveryWay,
    DigestKind,
    Kind,
    Occasion,
    Opinion,
    Right,
    Role,
    RunOutcome,
    SignalStatus,
    SignalStep,
    Step,
    TicketStatus,
    TicketStep,
    Tone,
    Verdict,
)
"""Words whose own value, or name in `notation.WORDS`, the pages say."""
ABOUT = "# What the pages say, in English. `make translate` brings in what is new."
NAMED = re.compile(r"%\((\w+)\)[a-z]|%%|%")
Text = str | tuple[str, str]


@cache
def texts() -> tuple[tuple[Text, str], ...]:
    """Every text, or pair of one and more, with the file it is said in (relative to the root)."""
    return (*_of_code(), *_of_templates(), *_of_words())


def _of_code() -> Iterator[tuple[Text, str]]:
    for folder in CODE:
        speaking = (path for path in (ROOT / folder).rglob("*.py") if "models.language" in path.read_text(encoding="utf-8"))
        for path in sorted(speaking):
            for _line, text, _comments, _context in extract_from_file("python", path, KEYWORDS):
                yield _pair(text), path.relative_to(ROOT).as_posix()


def _of_templates() -> Iterator[tuple[Text, str]]:
    environment = jinja2.Environment(extensions=EXTENSIONS, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - nothing is rendered
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    for path in sorted(TEMPLATES.iterdir()):
        for text in _of_template(environment, path.read_text(encoding="utf-8")):
            yield text, path.relative_to(ROOT).as_posix()


def _of_words() -> Iterator[tuple[Text, str]]:
    for words in SHOWN:
        for word in words:
            if any(letter.isalpha() for letter in called(word)):
                yield called(word), words.__module__.replace(".", "/") + ".py"
    for said in method().texts():
        yield said, "dashboards/meetlat/method.yaml"


def gathered() -> Catalog:
    """All texts, without a translation."""
    catalogue = Catalog(locale=Language.ENGLISH, project="Luisterpost", header_comment=ABOUT, charset="utf-8", fuzzy=False)
    for text, path in texts():
        catalogue.add(text, locations=[(path, 0)])
    return catalogue


def written() -> Catalog:
    """The catalogue as it stands."""
    with _path().open("rb") as file:
        return read_po(file, locale=Language.ENGLISH)


def renewed() -> Catalog:
    """The texts of now, with the English that is known of them."""
    new, old = gathered(), written() if _path().exists() else Catalog()
    for message in new:
        known = old.get(message.id if isinstance(message.id, str) else message.id[0])
        if message.id and known is not None and known.pluralizable == message.pluralizable:
            message.string = known.string
    return new


def save(catalogue: Catalog) -> None:
    """Write the catalogue, ordered by file, without line numbers and moments, so that a change shows what changed."""
    file = BytesIO()
    write_po(file, catalogue, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By): .*\n',
        "",
        file.getvalue().decode(),
        flags=re.M,
    )
    _path().parent.mkdir(parents=True, exist_ok=True)
    _path().write_text(text, encoding="utf-8")


def check(catalogue: Catalog) -> list[str]:
    """What is wrong with it, a line each: a text without English, or with other names to fill in than the Dutch has."""
    asked = {message.id for message in gathered() if message.id}
    there = {message.id: message for message in catalogue if message.id}
    wrong = [f"staat er nog niet in: {text!r}" for text in asked - there.keys()]
    wrong += [f"wordt niet meer gezegd: {text!r}" for text in there.keys() - asked]
    for message in there.values():
        wrong += _faults(message)
    return sorted(wrong)


def _faults(message: Message) -> Iterator[str]:
    ours = (message.id,) if isinstance(message.id, str) else message.id
    theirs = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if len(theirs) != len(ours) or not all(theirs):
        yield f"heeft nog geen Engels: {message.id!r}"
        return
    wanted = [_filled(text) for text in ours]
    for number, text in enumerate(theirs):
        if _filled(text) != wanted[number]:
            yield f"vult iets anders in dan het Nederlands: {text!r}"


def _filled(text: str) -> frozenset[str]:
    """What is filled in, and a lone percent sign, which can only be a mistake."""
    return frozenset(found[0] for found in NAMED.finditer(text) if found[0] != "%%")


def _of_template(environment: jinja2.Environment, source: str) -> Iterator[Text]:
    tree = environment.parse(source)
    for _line, _function, text in extract_from_ast(tree, ("gettext", "ngettext", "_")):
        yield _pair(text)
    for filtered in tree.find_all(nodes.Filter):
        words = [node.value for node in filtered.args if isinstance(node, nodes.Const)]
        if filtered.name == "plural" and len(words) == 2:
            yield words[0], words[1]


def _pair(text: str | Sequence[str | None] | None) -> Text:
    if isinstance(text, str):
        return text
    words = [word for word in text or () if word is not None]
    return words[0] if len(words) == 1 else (words[0], words[1])


def _path() -> Path:
    return CATALOGUES / Language.ENGLISH / "LC_MESSAGES" / "luisterpost.po"


def main() -> None:
    """Bring the catalogue up to date and say what is left to be done."""
    catalogue = renewed()
    save(catalogue)
    left: Iterable[str] = check(catalogue)
    sys.stdout.writelines(f"{line}\n" for line in left)


if __name__ == "__main__":
    main()
