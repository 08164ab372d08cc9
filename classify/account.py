"""The open account of a model: its card and its entry for the Algorithm Register, written as files."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import altair as alt
import vl_convert

from classify.card import Bin, Card, measure
from classify.card_text import card_text
from classify.model import Model
from classify.register import entry_of, entry_text
from models.municipality import Municipality

CARD, PLOT, ENTRY, ENTRY_TEXT = "model-card.md", "model-card-calibration.svg", "algorithm-register.json", "algorithm-register.md"


def write_account(model: Model, corrections: int, municipality: Municipality, folder: Path, now: datetime) -> list[Path]:
    """Measure a model and write what there is to say of it; the paths of the four files."""
    card = measure(model, corrections, municipality, now)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in _files(card, municipality):
        path = folder / name
        path.write_text(content, encoding="utf-8")
        paths.append(path)
    return paths


def _files(card: Card, municipality: Municipality) -> Iterator[tuple[str, str]]:
    entry = entry_of(card, municipality.about)
    yield CARD, card_text(card, municipality.theme_names, PLOT)
    yield PLOT, calibration_plot(card.calibration)
    yield ENTRY, json.dumps(entry.model_dump(exclude_none=True), ensure_ascii=False, indent=2) + "\n"
    yield ENTRY_TEXT, entry_text(entry)


def calibration_plot(bins: tuple[Bin, ...]) -> str:
    """The calibration as SVG: a dot for each bin, the larger the more messages; on the line certainty and truth are the same."""
    rows = [{"gezegd": one.said, "waar": one.true, "berichten": one.messages} for one in bins]
    percent = alt.Axis(format="%", tickCount=5)
    x = alt.X("gezegd:Q", title="hoe zeker het model was", scale=alt.Scale(domain=[0, 1]), axis=percent)
    y = alt.Y("waar:Q", title="hoe vaak het klopte", scale=alt.Scale(domain=[0, 1]), axis=percent)
    line = alt.Chart(alt.InlineData(values=[{"gezegd": 0, "waar": 0}, {"gezegd": 1, "waar": 1}]))
    dots = alt.Chart(alt.InlineData(values=rows)).mark_circle(color="#0b5876", opacity=0.85)
    drawn = alt.layer(
        line.mark_line(color="#52606c", strokeDash=[5, 4]).encode(x=x, y=y),
        dots.encode(x=x, y=y, size=alt.Size("berichten:Q", title="berichten", scale=alt.Scale(range=[20, 500]))),
    ).properties(width=420, height=420, background="white")
    svg: str = vl_convert.vegalite_to_svg(drawn.to_dict())
    return svg + "\n"
