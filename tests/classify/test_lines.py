"""The command line's contract: JSON Lines in, JSON Lines out."""

import json

from classify.lines import classify_lines
from classify.pipeline import Annotator


def test_lines_become_annotations_in_order_and_unreadable_ones_are_reported_by_number(reader: Annotator) -> None:
    reported: list[int] = []
    lines = [
        '{"id": "a", "text": "Lamp kapot in de Merelstraat, bel 0612345678", "channel": "social"}',
        "{",
        '{"id": "b"}',
        "[]",
        "",
        '{"id": 5, "text": "x"}',
        '{"id": "c", "text": "\\ud83d"}',
        "[" * 100_000,
    ]
    written = [
        json.loads(line)
        for line in classify_lines(lines, lambda t: t.replace("0612345678", "[telefoon]"), reader, lambda n, _: reported.append(n))
    ]
    assert [line["id"] for line in written] == ["a", "c"]
    assert reported == [2, 3, 4, 6, 8]
    first = written[0]
    assert set(first) == {"id", "language", "themes", "kind", "tone", "urgency", "places", "masked_text"}
    assert first["masked_text"].endswith("[telefoon]")
    assert first["themes"][0]["sub"] == "openbare-verlichting/lamp-kapot"
    place = first["places"][0]
    assert (place["id"], first["masked_text"][place["start"] : place["end"]]) == ("vogelbuurt/merelstraat", "Merelstraat")
