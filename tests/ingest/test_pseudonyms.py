"""Authors are stored as keyed pseudonyms, with a key that is made once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.border.pseudonyms import Pseudonyms, pseudonyms
from ingest.errors import SourceError


def test_the_same_person_gets_the_same_pseudonym_and_others_do_not() -> None:
    made = Pseudonyms(b"k" * 32)
    piet = made.of("Piet", "Facebook")
    assert piet is not None and len(piet) == 32 and set(piet) <= set("0123456789abcdef")
    assert piet == made.of(" @piet ", "facebook")
    assert len({piet, made.of("piet", "X"), made.of("jan", "Facebook"), Pseudonyms(b"l" * 32).of("piet", "Facebook")}) == 4


@pytest.mark.parametrize("nobody", [None, "", " ", "Anoniem", "-", "onbekend"])
def test_where_nobody_is_named_there_is_no_author(nobody: str | None) -> None:
    assert Pseudonyms(b"k" * 32).of(nobody, "Facebook") is None


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(8) as crowd:
        keys = set(crowd.map(lambda _: pseudonyms(folder).key, range(16)))
    assert len(keys) == 1
    assert [path.name for path in folder.iterdir()] == ["pseudonym.key"]
    assert stat.S_IMODE((folder / "pseudonym.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"", b"abc", b"zz" * 32, "é".encode() * 40])
def test_a_damaged_key_is_told_and_never_replaced(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "pseudonym.key").write_bytes(damage)
    with pytest.raises(SourceError, match="reservekopie"):
        pseudonyms(tmp_path)
    assert (tmp_path / "pseudonym.key").read_bytes() == damage
