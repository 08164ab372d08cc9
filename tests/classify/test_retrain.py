"""A new model from corrections: promoted only when better, kept when killed, taken back when a person wants."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from classify import champion
from classify.champion import ChampionError, annotator_in_use, code_fingerprint, model_file, name_in_use, promote, roll_back
from classify.retrain import LOCK, Retrained, learn, retrain
from classify.training import fingerprint
from classify.understand import understand
from models import Annotation, AnnotationTheme, Message, ModelVersion
from models.database import engine, transaction
from models.model_version import model_in_use
from models.municipality import Municipality
from models.settings import settings
from tests.classify.heard import resident_writes
from tests.classify.learning import lamps, lesson, small_champion
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("small")
LAMP = "Lamp doet het niet bij de sporthal"


@pytest.fixture
def small(database: str) -> Iterator[None]:
    champion.annotator_with.cache_clear()
    small_champion()
    yield
    champion.annotator_with.cache_clear()


def learned(rivierstad: Municipality, lessons: int = 160, days: int = 0) -> Retrained:
    return learn(lesson(lamps(lessons)), rivierstad, NOW + timedelta(days=days))


def test_a_model_that_learned_something_is_taken_into_use(rivierstad: Municipality, session: Session, town: Municipality) -> None:
    outcome = learned(rivierstad)
    assert (outcome.promoted, outcome.name) == (True, name_in_use())
    version = session.get_one(ModelVersion, outcome.name)
    assert version.corrections == sum(not one.held_back for one in lamps(160))
    assert version.scores["champion"] == fingerprint()
    assert version.scores["corrections"]["stories"] == sum(one.held_back for one in lamps(160)) >= 20
    resident_writes(session, LAMP)
    session.execute(update(Message).values(annotation_due=True))
    session.commit()
    understand(NOW)
    session.expire_all()
    assert session.scalars(select(Annotation.model)).all() == [outcome.name]
    assert session.scalars(select(AnnotationTheme.theme)).all() == ["openbare-verlichting"]


def test_no_model_learns_from_what_is_held_back(rivierstad: Municipality) -> None:
    told = lesson(lamps(50))
    assert not any(one.held_back for one in told.learned_from)
    assert len(told.learned_from) < 50


def test_learning_twice_from_the_same_makes_nothing_new(rivierstad: Municipality, session: Session) -> None:
    first = learned(rivierstad)
    made = model_file(first.name).stat().st_mtime_ns
    again = learned(rivierstad, days=7)
    assert (again.promoted, again.name) == (False, first.name)
    assert "niets nieuws" in again.verdict
    assert model_file(first.name).stat().st_mtime_ns == made
    assert len(session.scalars(select(ModelVersion)).all()) == 1


def test_too_few_corrections_promote_nothing_and_none_train_nothing(rivierstad: Municipality, session: Session) -> None:
    assert learn(lesson([]), rivierstad, NOW).name == ""
    outcome = learned(rivierstad, lessons=15)
    assert not outcome.promoted
    assert "te weinig" in outcome.verdict
    assert name_in_use() is None
    assert annotator_in_use().model == fingerprint()


def test_a_person_can_go_back_and_forth(rivierstad: Municipality, session: Session) -> None:
    first, second = learned(rivierstad), learned(rivierstad, lessons=150, days=7)
    with transaction() as changing:
        promote(changing, second.name, "Samira", NOW + timedelta(days=8))
    assert annotator_in_use().model == second.name
    with transaction() as changing:
        assert roll_back(changing, "Samira", NOW + timedelta(days=9)) == first.name
    assert annotator_in_use().model == first.name
    with transaction() as changing:
        assert roll_back(changing, "Samira", NOW + timedelta(days=10)) is None
    assert annotator_in_use().model == fingerprint()
    with pytest.raises(ChampionError, match="verder terug"), transaction() as changing:
        roll_back(changing, "Samira", NOW)
    rows = {row.name: row for row in session.scalars(select(ModelVersion))}
    assert rows[second.name].retired_at == NOW + timedelta(days=9)
    assert rows[second.name].promoted_by == "Samira"
    assert not any(row.in_use for row in rows.values())


def test_two_promotions_at_once_leave_one_model_in_use(rivierstad: Municipality, session: Session) -> None:
    first, second = learned(rivierstad), learned(rivierstad, lessons=150, days=7)
    with Session(engine()) as slow, slow.begin():
        promote(slow, second.name, "een", NOW)
        with transaction() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(Exception, match="lock timeout"):
                promote(other, first.name, "ander", NOW)
    in_use = model_in_use(session)
    assert in_use is not None
    assert in_use.name == second.name


def test_while_one_machine_learns_another_leaves_it(session: Session) -> None:
    with engine().connect() as elsewhere:
        elsewhere.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        assert "andere machine" in retrain(NOW).verdict
        elsewhere.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})


def test_a_promoted_model_that_is_gone_damaged_or_of_other_code_is_not_used(rivierstad: Municipality, session: Session) -> None:
    name = learned(rivierstad).name
    file = model_file(name)
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    assert annotator_in_use().model == fingerprint()
    with pytest.raises(ChampionError, match="beschadigd"), transaction() as changing:
        promote(changing, name, "Samira", NOW)
    file.write_bytes(whole)
    session.execute(update(ModelVersion).values(code="older"))
    session.commit()
    assert name_in_use() is None
    with pytest.raises(ChampionError, match="andere versie"), transaction() as changing:
        promote(changing, name, "Samira", NOW)
    with pytest.raises(ChampionError, match="is er niet"), transaction() as changing:
        promote(changing, "onbekend", "Samira", NOW)


def test_without_a_database_the_model_of_the_corpus_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    engine().dispose()
    engine.cache_clear()
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/nergens")
    settings.cache_clear()
    try:
        assert name_in_use() is None
    finally:
        engine.cache_clear()


def test_what_a_killed_training_left_is_tidied_after_a_day_and_its_finished_file_is_used(
    rivierstad: Municipality, session: Session
) -> None:
    folder = settings().data / "model"
    old, young = folder / ".making-old", folder / ".making-young"
    for path in (old, young):
        path.mkdir()
    day_ago = (NOW - timedelta(days=2)).timestamp()
    os.utime(old, (day_ago, day_ago))
    os.utime(young, (NOW.timestamp(), NOW.timestamp()))
    name = learned(rivierstad).name
    assert (old.exists(), young.exists()) == (False, True)
    session.execute(text("DELETE FROM model_version"))
    session.commit()
    made = model_file(name).stat().st_mtime_ns
    assert learned(rivierstad).promoted
    assert model_file(name).stat().st_mtime_ns == made


def test_files_of_models_that_nobody_goes_back_to_are_removed(rivierstad: Municipality, session: Session) -> None:
    made = [learned(rivierstad, lessons=12 + n, days=n) for n in range(3)]
    assert [model_file(one.name).exists() for one in made] == [one.promoted or one is made[-1] for one in made]
    assert not all(one.promoted for one in made)
    assert model_file(fingerprint()).exists()
    assert Path(settings().data / "model").is_dir()
    assert {row.code for row in session.scalars(select(ModelVersion))} == {code_fingerprint()}
