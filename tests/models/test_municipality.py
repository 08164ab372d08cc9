"""What a municipality writes about itself comes in whole, or is refused with file, line and mend."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Department, Place, Theme
from models.configuration import ConfigurationError
from models.municipality import Municipality, load_municipality, synchronise
from models.settings import ROOT
from models.words import PlaceKind


def test_the_example_town_is_as_large_as_promised(session: Session, town: Municipality) -> None:
    places = dict(session.execute(select(Place.kind, func.count()).group_by(Place.kind)).all())
    assert places[PlaceKind.NEIGHBOURHOOD] == 25
    assert places[PlaceKind.STREET] >= 400
    assert session.scalar(select(func.count()).where(Theme.parent.is_(None))) == 22
    assert 10 <= (session.scalar(select(func.count()).select_from(Department)) or 0) <= 12


def test_borders_hold_in_both_directions(session: Session, town: Municipality) -> None:
    near = dict(session.execute(select(Place.id, Place.near)).all())
    assert all(place in near[other] for place, others in near.items() for other in others)


def test_synchronising_twice_changes_nothing_and_what_left_the_files_stays_inactive(session: Session, town: Municipality) -> None:
    smaller = town.model_copy(update={"departments": town.departments.model_copy(update={"departments": town.departments.departments[:3]})})
    synchronise(session, smaller)
    synchronise(session, smaller)
    assert session.scalar(select(func.count()).where(Department.active)) == 3
    assert session.scalar(select(func.count()).select_from(Department)) == len(town.departments.departments)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("themes.yaml", "name: Afval\n", "naam: Afval\n", "regel 5: themes.afval.naam: is geen bekend veld"),
        ("themes.yaml", "  afval:\n", "  afval:\n   - x: [\n", "regel"),
        ("municipality.yaml", "webcare: klantcontact", "webcare: klantcontct", "afdeling 'klantcontct' staat niet in departments.yaml"),
        ("places.yaml", "district: haven", "district: havn", "ligt in wijk havn"),
        ("departments.yaml", "reiniging@rivierstad.example", "reiniging", "regel 3: departments.1.email"),
    ],
)
def test_a_mistake_names_file_line_and_what_was_expected(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    folder = shutil.copytree(ROOT / "config" / "rivierstad", tmp_path / "town")
    path = folder / file
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refused:
        load_municipality(folder)
    assert file in str(refused.value)
    assert says in str(refused.value)
