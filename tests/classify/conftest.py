"""One model for the whole room, trained from the real corpus as an installation trains it."""

import shutil
from pathlib import Path

import pytest

from classify.lexicon import read_danger, read_lexicon
from classify.model import Model, read, write
from classify.pipeline import Annotator, annotator_of
from classify.training import FILE, fingerprint, read_corpus, train
from models.municipality import Municipality
from models.settings import settings


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / FILE
    write(train(read_corpus(), fingerprint(), read_lexicon(), read_danger()), path)
    return path


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
