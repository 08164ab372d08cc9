"""One model for the whole room, trained from the real corpus as an installation trains it."""

import shutil
from pathlib import Path

import pytest

from classify.model import Model, read
from classify.pipeline import Annotator, annotator_of
from classify.training import FILE, fingerprint
from models.municipality import Municipality
from models.settings import settings


@pytest.fixture(scope="session")
def model_file(trained_model: Path) -> Path:
    return trained_model / fingerprint() / FILE


@pytest.fixture(scope="session")
def model(model_file: Path) -> Model:
    return read(model_file)


@pytest.fixture(scope="session")
def reader(model: Model, rivierstad: Municipality) -> Annotator:
    return annotator_of(model, rivierstad)


@pytest.fixture
def installed(database: str, model_file: Path) -> Path:
    """The model stands where an installation keeps it."""
    path = settings().data / "model" / fingerprint() / FILE
    path.parent.mkdir(parents=True)
    shutil.copy(model_file, path)
    return path
