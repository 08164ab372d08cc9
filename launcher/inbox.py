"""The example's exports, as the systems of a municipality would drop them: in their own columns, encodings and date formats."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from classify.examples import Voice
from launcher.example import Scheduled

NETWORKS = {Voice.FACEBOOK: "Facebook", Voice.INSTAGRAM: "Instagram", Voice.X: "X", Voice.DIRECT: "Facebook Messenger"}
OVERLAP = timedelta(days=2)
"""Each export repeats the last days of the one before, as real ones do."""

NEW_WEBSITE = timedelta(days=2)
"""How long ago the new website came."""


def write_exports(messages: Sequence[Scheduled], inbox: Path, anchor: datetime, zone: ZoneInfo) -> None:
    """Fill `inbox` with what the contact centre, the webcare suite and the web forms export: an old export and today's."""
    for name, since, until in (("eerder", None, anchor - timedelta(days=1)), ("vandaag", anchor - timedelta(days=1) - OVERLAP, None)):
        part = [m for m in messages if (since is None or m.at > since) and (until is None or m.at <= until)]
        _drop(inbox / "kcc" / f"contactmomenten-{name}.csv", contact_centre([m for m in part if m.example.voice is Voice.CALL], zone))
        _drop(inbox / "webcare" / f"webcare-{name}.xlsx", webcare([m for m in part if m.example.voice in NETWORKS], zone))
        written = [m for m in part if m.example.voice is Voice.FORM and not by_website(m, anchor)]
        _drop(inbox / "formulieren" / f"formulieren-{name}.jsonl", forms(written))


def by_website(form: Scheduled, anchor: datetime) -> bool:
    """Whether a form was filled in on the new website, which brings it to us itself."""
    return form.at > anchor - NEW_WEBSITE


def contact_centre(calls: Sequence[Scheduled], zone: ZoneInfo) -> bytes:
    """A CSV as an older contact-centre system writes it: semicolons, Windows-1252, Dutch dates."""
    file = io.StringIO(newline="")
    rows = csv.writer(file, delimiter=";")
    rows.writerow(["Contactnummer", "Datum", "Tijd", "Kanaal", "Notitie", "Afgehandeld op"])
    for call in calls:
        at = call.at.astimezone(zone)
        answered = f"{call.answered_at.astimezone(zone):%d-%m-%Y %H:%M}" if call.answered_at else ""
        rows.writerow([f"KCC-{call.key}", f"{at:%d-%m-%Y}", f"{at:%H:%M}", "Telefoon", call.example.text, answered])
    return file.getvalue().encode("cp1252", errors="replace")


def webcare(posts: Sequence[Scheduled], zone: ZoneInfo) -> bytes:
    """An XLSX as webcare suites export it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Berichten")
    sheet.append(["Bericht-ID", "Geplaatst op", "Netwerk", "Auteur", "Bericht", "Link", "Privé", "Beantwoord op"])
    for post in posts:
        private = post.example.voice is Voice.DIRECT
        at = post.at.astimezone(zone).replace(tzinfo=None, microsecond=0)
        answered = post.answered_at.astimezone(zone).replace(tzinfo=None, microsecond=0) if post.answered_at else None
        link = None if private else f"https://berichten.rivierstad.example/{post.key}"
        sheet.append(
            [post.key, at, NETWORKS[post.example.voice], post.author, post.example.text, link, "ja" if private else "nee", answered]
        )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def forms(sent: Sequence[Scheduled]) -> bytes:
    """JSON Lines as a website's form component writes them."""
    lines = [
        {
            "kenmerk": f"F{form.key}",
            "ontvangen": form.at.isoformat(timespec="seconds"),
            "afzender": form.author,
            "bericht": form.example.text,
            "beantwoord": form.answered_at.isoformat(timespec="seconds") if form.answered_at else None,
        }
        for form in sent
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _drop(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.rename(path)
