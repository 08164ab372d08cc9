"""What the example municipality asked and counted by hand, in the months before its first start. All of it is made up, and says so."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dashboards.scorecard.goals import GoalsFile
from dashboards.scorecard.reading import load_goals
from dashboards.scorecard.surveys.bring_in import bring_in
from models.database import transaction
from models.hand_figure import HandFigure, hand_figures
from models.settings import Settings
from routing.community.count import earlier, first_of

SURVEY = "webcare"
WHO = "voorbeeld"
ASKED = {
    "tevreden": ((6, 9, 14, 38, 21), (7, 8, 16, 41, 24), (4, 9, 13, 45, 27), (5, 6, 12, 47, 31)),
    "aanbevelen": (
        (4, 2, 3, 2, 4, 8, 9, 18, 17, 12, 9),
        (3, 2, 2, 3, 5, 7, 10, 19, 20, 15, 10),
        (2, 1, 2, 3, 3, 8, 9, 20, 21, 18, 11),
        (2, 1, 1, 2, 4, 6, 8, 19, 23, 20, 15),
    ),
}
"""By question: how many gave each score, from the lowest up; the last is the month before the first start."""
LOWEST = {"tevreden": 1, "aanbevelen": 0}
PEOPLE = 640
HAND = {"initiatieven": (6, 7, 7, 9, 10)}
SAID = "Verzonnen voor het voorbeeld Rivierstad: lijst van de buurtmakelaars, eerste werkdag van de maand."


def bring_surveyed(chosen: Settings, anchor: datetime) -> int:
    """Bring the example's survey and figures in; how many are new. Brought again, they are the same."""
    file = load_goals(chosen.config)
    this_month = first_of(anchor.astimezone(chosen.zone).date())
    with transaction() as session:
        return _survey(session, file, this_month, anchor) + _by_hand(session, file, this_month, anchor, chosen.zone)


def survey_file(this_month: date) -> bytes:
    """The survey as a municipality's own survey program would export it: counted by score."""
    rows = ["maand;vraag;score;aantal", *(";".join(row) for row in _counted(this_month))]
    return "\r\n".join(rows).encode()


def _survey(session: Session, file: GoalsFile, this_month: date, anchor: datetime) -> int:
    survey = file.survey(SURVEY)
    if survey is None:
        return 0
    _, new = bring_in(session, survey, survey_file(this_month), PEOPLE, WHO, anchor)
    return int(new)


def _counted(this_month: date) -> Iterator[tuple[str, str, str, str]]:
    for question, months in ASKED.items():
        for back, counts in zip(range(len(months), 0, -1), months, strict=True):
            for score, count in enumerate(counts, LOWEST[question]):
                yield f"{earlier(this_month, back):%Y-%m}", question, str(score), str(count)


def _by_hand(session: Session, file: GoalsFile, this_month: date, anchor: datetime, zone: ZoneInfo) -> int:
    new = 0
    for figure, values in HAND.items():
        known = hand_figures(session, figure, earlier(this_month, len(values)), this_month)
        for back, value in zip(range(len(values), 0, -1), values, strict=True):
            month = earlier(this_month, back)
            if figure in file.by_hand and month not in known:
                entered_at = datetime.combine(min(earlier(month, -1), anchor.astimezone(zone).date()), datetime.min.time(), zone)
                session.add(HandFigure(figure=figure, month=month, value=value, source=SAID, entered_by=WHO, entered_at=entered_at))
                new += 1
    return new
