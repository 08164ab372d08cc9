"""The model card as a person reads it: Markdown, in Dutch, from the template beside this module."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import jinja2

from classify.card import LONG, PLAIN, SHORT, Card, Group
from classify.odds import NONE
from models.settings import settings

TEMPLATE = Path(__file__).resolve().parent / "model_card.md.jinja"
VOICES = {
    "call": "telefoonnotitie",
    "form": "formulier of e-mail",
    "dm": "privébericht",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "mastodon": "Mastodon",
    "news": "reactie op nieuws",
    "participation": "inspraak",
    "x": "X",
}
SPEAKERS = {PLAIN: "standaardtaal", "nieuw-in-de-taal": "nieuw in het Nederlands", "streektaal": "streektaal", "kort": "enkele woorden"}
LENGTHS = {"kort": f"kort (tot en met {SHORT} woorden)", "gewoon": "gewoon", "lang": f"lang (vanaf {LONG} woorden)"}
SHOWN = 160
FAR_BEHIND = 0.05


def card_text(card: Card, names: Mapping[str, str], plot: str) -> str:
    """The card, with the theme names of the municipality; `plot` is the file of the calibration plot."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 (Markdown, of our own words and figures only)
    )
    environment.filters |= {
        "number": lambda value: f"{value:,}".replace(",", "."),
        "decimal": lambda value: f"{value:.2f}".replace(".", ","),
        "share": share,
        "points": lambda value: f"{100 * value:.1f} procentpunt".replace(".", ","),
        "theme": partial(theme, names),
        "shortened": shortened,
    }
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        card=card,
        day=f"{card.measured_at.astimezone(settings().zone):%d-%m-%Y}",
        plot=plot,
        groups=groups,
        voices=VOICES,
        lengths=LENGTHS,
        speakers=SPEAKERS,
        behind=behind(card.by_speaker),
    )


def groups(title: str, rows: Sequence[Group], called: Mapping[str, str]) -> str:
    """A table of groups with their bounds."""
    head = (f"| {title} | hoofdthema juist | 95% ligt tussen | berichten |", "|---|---|---|---|")
    told = (
        f"| {called.get(one.name, one.name)} | {share(one.right)} | {share(one.low)} en {share(one.high)} | {one.messages} |"
        for one in rows
    )
    return "\n".join([*head, *told]) + "\n"


def behind(speakers: Sequence[Group]) -> list[str]:
    """Who is understood clearly less often than those who write plain Dutch, and by how much."""
    plain = next((one.right for one in speakers if one.name == PLAIN), 0.0)
    return [
        f"{SPEAKERS.get(one.name, one.name)} ({100 * (plain - one.right):.0f} procentpunt)"
        for one in speakers
        if one.right < plain - FAR_BEHIND
    ]


def theme(names: Mapping[str, str], slug: str) -> str:
    """`Afval: zakken naast containers`"""
    if slug == NONE:
        return "geen thema"
    main, _, sub = slug.partition("/")
    return f"{names.get(main, main)}: {names.get(slug, sub).lower()}" if sub else names.get(main, main)


def shortened(text: str) -> str:
    """The beginning of a text, on one line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN].rsplit(' ', 1)[0]} …"


def share(value: float) -> str:
    return f"{100 * value:.0f}%"
