"""The example's new website: it brings the forms of the last days to us, as a municipality's own would."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import requests

from classify.examples import Voice
from launcher.example import Scheduled
from launcher.inbox import by_website
from models.settings import Settings

SOURCE = "website"
MANY = 500


def agree_on_token(chosen: Settings, other: str) -> None:
    """Make the secret that we share with one of the example's other systems (`website`, `matomo`), once."""
    place = chosen.keys / f"{other}-token"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_suffix(".part")
        unfinished.touch(mode=0o600)
        unfinished.write_text(f"{secrets.token_urlsafe(32)}\n")
        unfinished.rename(place)


def bring_forms(chosen: Settings, messages: Sequence[Scheduled], anchor: datetime) -> None:
    """Send what was filled in on the website. Sent again, nothing is stored twice.

    Raises:
        requests.RequestException: it was not taken in.
    """
    token = (chosen.keys / "website-token").read_text().strip()
    forms = [form(message) for message in messages if message.example.voice is Voice.FORM and by_website(message, anchor)]
    for start in range(0, len(forms), MANY):
        address = f"http://{chosen.web_host}:{chosen.web_port}/in/{SOURCE}"
        headers = {"Authorization": f"Bearer {token}"}
        requests.post(address, json=forms[start : start + MANY], headers=headers, timeout=60).raise_for_status()


def form(sent: Scheduled) -> dict[str, str | None]:
    """A form as the website sends it."""
    return {
        "id": f"F{sent.key}",
        "text": sent.example.text,
        "published_at": sent.at.isoformat(timespec="seconds"),
        "author": sent.author,
        "answered_at": sent.answered_at.isoformat(timespec="seconds") if sent.answered_at else None,
    }
