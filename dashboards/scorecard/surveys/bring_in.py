"""Bring a survey's file in: its counts take the place of what was known of the same questions and months."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from dashboards.scorecard.goals import Survey
from dashboards.scorecard.surveys.answers import SurveyError, read_survey
from ingest.errors import FileRefused
from ingest.exports.export import Export
from ingest.exports.rows.encoding import ZIP
from models.language import _
from models.settings import settings
from models.survey import Scores, SurveyImport, keep_survey, known_import

MAX_BYTES = 5_000_000
CALLED = "Dit bestand"


def bring_in(session: Session, survey: Survey, content: bytes, population: int | None, by: str, now: datetime) -> tuple[SurveyImport, bool]:
    """Keep what a file (CSV or XLSX) says; whether it was new. The same file again changes nothing.

    Raises:
        SurveyError: it cannot be used; nothing is kept.
    """
    if len(content) > MAX_BYTES:
        most = MAX_BYTES // 1_000_000
        raise SurveyError(_("Het bestand is groter dan %(most)s MB. Splits het per maand, of tel de antwoorden per score.", most=most))
    with TemporaryDirectory(prefix="luisterpost-") as folder:
        path = Path(folder) / (f"{CALLED}.xlsx" if content.startswith(ZIP) else CALLED)
        path.write_bytes(content)
        export = Export.open(path)
        if (known := known_import(session, survey.id, export.inspected.digest)) is not None:
            return known, False
        try:
            read = read_survey(export.rows(), survey, now.astimezone(settings().zone).date(), settings().zone)
        except FileRefused as refused:
            raise SurveyError(str(refused)) from refused
    brought = SurveyImport(
        survey=survey.id,
        digest=export.inspected.digest,
        answers=read.answers,
        left_out=read.left_out,
        refused=list(read.refused),
        imported_by=by,
        imported_at=now,
    )
    return keep_survey(session, brought, _of(read.scores, population)), True


def _of(scores: Sequence[Scores], population: int | None) -> list[Scores]:
    """The scores with how many could have answered in each month."""
    if population is not None and any(sum(one.counts.values()) > population for one in scores):
        raise SurveyError(_("Er zijn in een maand meer antwoorden dan mensen die konden meedoen. Kijk dat aantal na."))
    return [replace(one, population=population) for one in scores]
