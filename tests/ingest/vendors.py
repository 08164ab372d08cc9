"""Exports as webcare suites and contact centres typically write them: made-up messages under their headings."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from openpyxl import Workbook

SAID = (
    "De container bij het Havenplein zit al dagen vol, wanneer wordt hij geleegd?",
    "Lantaarn op de Kastanjelaan doet het niet, het is hier aardedonker",
    "Fijn dat de speeltuin weer open is, dank jullie wel!",
    "Waarom staat er een boete op mijn vergunning als ik gewoon betaald heb?",
    "Er ligt een boom over het fietspad bij het station",
    "Ratten in de achtertuin, al de derde keer deze maand. Bel me op 06-12345678",
)
MORE = ("Graag antwoord.", "Groetjes!", "", "Dit is de tweede keer.", "Wie gaat hierover?", "Alvast bedankt.", "Het is niet te geloven.")
AT = datetime(2026, 11, 18, 14, 5)  # noqa: DTZ001 - exports write local time


@dataclass(frozen=True)
class Vendor:
    """A suite's export: headings, one row's cells by number, and the mapping that is right."""

    name: str
    headings: Sequence[str]
    right: dict[str, object]
    delimiter: str = ";"

    def row(self, number: int) -> list[object]:
        at = AT + timedelta(minutes=17 * number)
        said = f"{SAID[number % len(SAID)]} {MORE[number % len(MORE)]}"
        values: dict[str, object] = {
            "number": 4_500_000 + number,
            "id": f"m-{number:06d}",
            "at": f"{at:%d-%m-%Y %H:%M}",
            "iso": f"{at:%Y-%m-%d %H:%M:%S}",
            "us": f"{at:%b} {at.day}, {at.year} {at:%H:%M}",
            "day": f"{at:%d-%m-%Y}",
            "clock": f"{at:%H:%M}",
            "answered": f"{at + timedelta(hours=2):%d-%m-%Y %H:%M}" if number % 3 else "",
            "author": f"inwoner_{number % 40}",
            "followers": (number * 37) % 900,
            "said": said,
            "title": said[:30],
            "subject": ("Afval", "Verlichting", "Spelen", "Parkeren", "Groen", "Ongedierte op mijn perceel")[number % 6],
            "network": ("Twitter", "Facebook", "Instagram")[number % 3],
            "url": f"https://social.example/post/{number}",
            "private": "ja" if number % 5 == 0 else "nee",
            "way": "Inkomend" if number % 4 else "Uitgaand",
            "mood": ("negatief", "neutraal", "positief")[number % 3],
            "thread": f"g{number // 3}",
            "empty": "",
        }
        return [values[self.shape[heading]] for heading in self.headings]

    @property
    def shape(self) -> dict[str, str]:
        return dict(zip(self.headings, SHAPES[self.name], strict=True))

    def csv(self, rows: int) -> str:
        file = io.StringIO(newline="")
        writer = csv.writer(file, delimiter=self.delimiter)
        writer.writerow(self.headings)
        writer.writerows(self.row(number) for number in range(rows))
        return file.getvalue()

    def xlsx(self, rows: int, title: str | None = None) -> bytes:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        if title:
            sheet.append([title])
        sheet.append(list(self.headings))
        for number in range(rows):
            sheet.append(self.row(number))
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()


SHAPES = {
    "webcare nl": "id at network author followers said url private answered mood".split(),
    "monitoring nl": "day clock title said author network url mood followers".split(),
    "publishing en": "iso author said url network".split(),
    "inbox en": "id us thread way author said network answered".split(),
    "klantcontact": "number day clock subject said answered".split(),
    "nameless": "day said url".split(),
}
VENDORS = (
    Vendor(
        "webcare nl",
        "Bericht-ID,Geplaatst op,Netwerk,Auteur,Volgers,Bericht,Link,Privé,Beantwoord op,Sentiment".split(","),
        {
            "id": "Bericht-ID",
            "date": "Geplaatst op",
            "medium": "Netwerk",
            "author": "Auteur",
            "text": "Bericht",
            "url": "Link",
            "private": "Privé",
            "answered": "Beantwoord op",
        },
    ),
    Vendor(
        "monitoring nl",
        "Datum,Tijd,Titel,Tekst,Auteur,Bron,URL,Sentiment,Bereik".split(","),
        {"date": "Datum", "time": "Tijd", "text": "Tekst", "author": "Auteur", "medium": "Bron", "url": "URL", "reach": "Bereik"},
        ",",
    ),
    Vendor(
        "publishing en",
        "Date (GMT),From,Message,Permalink,Social network".split(","),
        {"date": "Date (GMT)", "author": "From", "text": "Message", "url": "Permalink", "medium": "Social network"},
        ",",
    ),
    Vendor(
        "inbox en",
        "Message ID,Created at,Thread ID,Direction,Username,Content,Channel,First response at".split(","),
        {
            "id": "Message ID",
            "date": "Created at",
            "conversation": "Thread ID",
            "outgoing": "Direction",
            "author": "Username",
            "text": "Content",
            "medium": "Channel",
            "answered": "First response at",
        },
        "\t",
    ),
    Vendor(
        "klantcontact",
        "Contactnummer,Datum,Tijd,Onderwerp,Notitie,Afgehandeld op".split(","),
        {"id": "Contactnummer", "date": "Datum", "time": "Tijd", "text": "Notitie", "answered": "Afgehandeld op"},
    ),
    Vendor("nameless", "Kolom A,Kolom B,Kolom C".split(","), {"date": "Kolom A", "text": "Kolom B", "url": "Kolom C"}),
)
