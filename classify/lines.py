"""JSON Lines in, JSON Lines out: the command line's `classify`."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from classify.annotated import Annotated
from classify.pipeline import Annotator

BATCH = 500


def classify_lines(
    lines: Iterable[str], mask: Callable[[str], str], annotator: Annotator, report: Callable[[int, str], None]
) -> Iterator[str]:
    """Annotate messages that stand one a line, in order.

    Args:
        lines: objects with `id` and `text`, both text; more fields are allowed.
        mask: removes personal data; what it gives is what is classified.
        annotator: says what a text is about.
        report: is told number (from 1) and reason of every line that is left out.

    Yields:
        For each readable line an object with id, language, themes, kind, tone, urgency, places and masked_text.
    """
    readable = _readable(lines, mask, report)
    while batch := list(islice(readable, BATCH)):
        for (name, text), annotated in zip(batch, annotator.annotate(text for _, text in batch), strict=True):
            yield json.dumps(_written(name, text, annotated), ensure_ascii=False)


def _readable(lines: Iterable[str], mask: Callable[[str], str], report: Callable[[int, str], None]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            name, text = _parse(line)
        except ValueError as error:
            report(number, str(error))
            continue
        yield name, mask(text)


def _parse(line: str) -> tuple[str, str]:
    try:
        found: Any = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ValueError("geen geldige JSON; elke regel is één object") from error
    if not isinstance(found, dict):
        raise ValueError('geen object; verwacht wordt {"id": ..., "text": ...}')
    name, text = found.get("id"), found.get("text")
    if not isinstance(name, str) or not isinstance(text, str):
        raise ValueError("`id` en `text` zijn nodig, beide als tekst")
    return _whole(name), _whole(text)


def _whole(text: str) -> str:
    """Text without half surrogate pairs, which JSON allows and UTF-8 does not."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _written(name: str, text: str, annotated: Annotated) -> dict[str, Any]:
    return {
        "id": name,
        "language": annotated.language,
        "themes": [{"theme": t.theme, "sub": t.sub, "probability": round(t.probability, 4)} for t in annotated.themes],
        "kind": annotated.kind.value,
        "tone": round(annotated.tone, 3),
        "urgency": round(annotated.urgency, 3),
        "places": [{"id": p.id, "name": p.name, "start": p.start, "end": p.end} for p in annotated.places],
        "masked_text": text,
    }
