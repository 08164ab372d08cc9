"""Residents who write: messages with their annotation, in words of the domain."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy.orm import Session

from models import Annotation, AnnotationPlace, AnnotationTheme, Message, Source
from models.database import transaction
from models.municipality import Municipality
from models.words import Channel, Kind
from routing.route import Counts, route
from tests.conftest import NOW

AREAS = {"havenkwartier": "Havenkwartier", "oude-haven": "Oude Haven", "bloemenwijk": "Bloemenwijk", "spoorzicht": "Spoorzicht"}
BAGS = "afval/bijplaatsing"
LAMP = "openbare-verlichting/lamp-kapot"
Says = Callable[..., int]


@pytest.fixture
def town_with_sources(town: Municipality) -> Iterator[Municipality]:
    with transaction() as session:
        session.add(
            Source(
                id="kcc",
                name="Telefoon",
                kind="files",
                channel=Channel.CONTACT_CENTRE,
                purpose="-",
                legal_basis="-",
                retention_days=90,
                audience="-",
            )
        )
    yield town


@pytest.fixture
def says(town_with_sources: Municipality) -> Says:
    """Someone writes a message, which is understood at once; its number."""
    numbers = count(1)

    def write(
        text: str = "weer zakken naast de container",
        sub: str = BAGS,
        area: str | None = "havenkwartier",
        hours_ago: float = 1.0,
        at: datetime | None = None,
        author: str | None = "",
        kind: Kind = Kind.REPORT,
        urgency: float = 0.1,
        medium: str = "telefoon",
        private: bool = False,
        sensitive: bool = False,
        answered: bool = False,
        tone: float = -0.3,
        language: str = "nl",
    ) -> int:
        number = next(numbers)
        moment = at or NOW - timedelta(hours=hours_ago)
        with transaction() as session:
            message = Message(
                source_id="kcc",
                channel=Channel.CONTACT_CENTRE,
                medium=medium,
                text=text,
                author=f"{number:032x}" if author == "" else author,
                published_at=moment,
                received_at=moment,
                answered_at=moment if answered else None,
                private=private,
                sensitive=sensitive,
                annotation_due=False,
                grouping_due=True,
            )
            session.add(message)
            session.flush()
            annotate(session, message.id, sub, area, kind, urgency, tone, language)
            return message.id

    return write


def annotate(
    session: Session, message_id: int, sub: str, area: str | None, kind: Kind, urgency: float, tone: float, language: str = "nl"
) -> None:
    session.add(Annotation(message_id=message_id, model="hand", language=language, kind=kind, tone=tone, urgency=urgency, annotated_at=NOW))
    session.flush()
    if sub:
        session.add(AnnotationTheme(message_id=message_id, rank=0, theme=sub.partition("/")[0], sub=sub, probability=0.8))
    if area is not None:
        session.add(AnnotationPlace(message_id=message_id, start=0, end=1, place_id=area, area=area))


VOICES = (
    "weer een berg zakken naast de ondergrondse container op de kade",
    "Mevrouw meldt vuilniszakken naast de container, meeuwen trekken ze open.",
    "container zit op slot, dus iedereen zet de zakken er maar naast",
    "Wie ruimt de zakken bij de container op? Het stinkt enorm",
    "pas werkt niet meer sinds maandag, zak er maar naast gezet",
    "Beller zegt dat de hele stoep vol huisvuil ligt bij de container",
    "rat gezien bij de vuilniszakken naast de container vanochtend",
    "mag ik mijn zak naast de container zetten nu hij dicht is?",
)


@pytest.fixture
def bag_story(says: Says) -> list[int]:
    """Eight weeks in which next to nothing happens, and then bags beside the containers of two bordering neighbourhoods."""
    for week in range(1, 9):
        for area in ("spoorzicht", "bloemenwijk"):
            says("Lantaarn brandt niet in onze straat", LAMP, area, hours_ago=week * 168 + 5)
    for back in range(13, 50, 6):
        says("zak naast de bak gezet door de buren", area="havenkwartier", hours_ago=back * 24 + 3)
    told = []
    for back, many in ((2, 4), (1, 8), (0, 18)):
        for number in range(many):
            area = "havenkwartier" if number % 5 < 3 else "oude-haven"
            kind = Kind.QUESTION if number % 3 == 0 else Kind.REPORT
            told.append(says(VOICES[number % len(VOICES)], area=area, hours_ago=back * 24 + 0.5 + number * 0.6, kind=kind))
    return told


def run(now: datetime = NOW) -> Counts:
    return route(now)
