"""Which model serves: the promoted one where there is one that can be used, else the model of the corpus."""

import hashlib
import logging
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from classify import training
from classify.model import Model, ModelError, read
from classify.pipeline import Annotator, annotator_of
from classify.places.locatieserver import Locatieserver
from models.database import DatabaseError, transaction
from models.model_version import ModelVersion, model_in_use, retire, take_into_use, version_before
from models.municipality import load_municipality
from models.settings import settings

log = logging.getLogger(__name__)
ROBOT = "luisterpost"
LOCK = 0x6B616D70
"""Key of the advisory lock under which a model is taken into use: one at a time in a database."""


class ChampionError(Exception):
    """A model cannot be taken into use; the message says why and what to do."""


def code_fingerprint() -> str:
    """Hash of the modules that decide what a model means: a model of other code would be read wrongly."""
    digest = hashlib.sha256()
    for name in training.MADE_BY:
        digest.update(f"{name}\0".encode() + (training.HERE / name).read_bytes())
    return digest.hexdigest()[:16]


def model_file(name: str) -> Path:
    """Where the model of this name is kept."""
    return settings().data / "model" / name / training.FILE


def version_in_use() -> ModelVersion | None:
    """The promoted model; None where the model of the corpus serves, also while no database can be reached."""
    try:
        with transaction() as session:
            version = model_in_use(session)
    except (DatabaseError, SQLAlchemyError):
        return None
    return version if version is not None and version.code == code_fingerprint() else None


def name_in_use() -> str | None:
    """The name of the promoted model, like `version_in_use`."""
    version = version_in_use()
    return version.name if version is not None else None


def model_of(name: str | None) -> Model:
    """The model of this name, or that of the corpus where there is no name or its file cannot be used.

    Raises:
        ModelError: the model of the corpus cannot be used either.
    """
    if name is not None:
        try:
            return read(model_file(name))
        except ModelError as error:
            log.warning("promoted model unusable, using that of the corpus", extra={"model": name, "error": str(error)})
    return read(training.ensure_model())


@lru_cache(maxsize=1)
def annotator_with(folder: Path, name: str | None) -> Annotator:
    """The annotator of the municipality in this folder with one model; kept for as long as both stay the same."""
    municipality = load_municipality(folder)
    return annotator_of(model_of(name), municipality, Locatieserver(municipality).neighbourhood_of if municipality.about.pdok else None)


def annotator_in_use() -> Annotator:
    """The annotator with the model that serves now.

    Raises:
        ConfigurationError: the municipality's files cannot be used.
        ModelError: the model cannot be used.
    """
    return annotator_with(settings().config, name_in_use())


def promote(session: Session, name: str, by: str, now: datetime) -> None:
    """Take a version into use in the place of the present one; whoever reads meanwhile sees the one or the other.

    Raises:
        ChampionError: there is no such version, or it cannot be used here.
    """
    _one_at_a_time(session)
    version = session.get(ModelVersion, name, populate_existing=True)
    if version is None:
        raise ChampionError(f"Model {name!r} is er niet. `luisterpost model list` laat zien welke er zijn.")
    _check(version)
    take_into_use(session, name, by, now)


def roll_back(session: Session, by: str, now: datetime) -> str | None:
    """Go back to the version that was promoted before the present one; its name, or None for the model of the corpus.

    Raises:
        ChampionError: the model of the corpus is in use already.
    """
    _one_at_a_time(session)
    present = model_in_use(session)
    if present is None:
        raise ChampionError("Het model van het corpus is al in gebruik; verder terug kan niet.")
    before = version_before(session, present, code_fingerprint())
    if before is None:
        retire(session, now)
        return None
    _check(before)
    take_into_use(session, before.name, by, now, first=False)
    return before.name


def _one_at_a_time(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _check(version: ModelVersion) -> None:
    if version.code != code_fingerprint():
        raise ChampionError(
            f"Model {version.name} is gemaakt door een andere versie van Luisterpost. Maak met `luisterpost retrain` een nieuw."
        )
    try:
        read(model_file(version.name))
    except ModelError as error:
        raise ChampionError(f"Model {version.name} kan niet gebruikt worden: {error}") from error
