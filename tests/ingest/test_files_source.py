"""Exports on disk come in whole and once, whatever shape they have."""

import json
import resource
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.entry import Reading
from ingest.errors import SourceError
from ingest.files import load_file
from ingest.page import Page
from ingest.rejected import retry
from ingest.run import run
from ingest.sources import find_source
from models.settings import settings
from models.words import RunOutcome
from tests.ingest.conftest import NOW, Post

HEAD = "Bericht-ID;Datum;Auteur;Bericht;Beantwoord op\n"
COLUMNS = {"id": "Bericht-ID", "date": "Datum", "author": "Auteur", "text": "Bericht", "answered": "Beantwoord op"}


def line(number: int, text: str = "de bak is vol", day: str = "18-11-2026 14:05", author: str = "piet", answered: str = "") -> str:
    return f"{number};{day};{author};{text};{answered}\n"


@pytest.fixture
def files(post: Post) -> Post:
    post.source("files", path="inbox/*", columns=COLUMNS)
    return post


def test_a_row_becomes_a_message(files: Post) -> None:
    files.drop("inbox/a.csv", HEAD + line(1, "bel 06-12345678", answered="19-11-2026 08:00"))
    assert files.hear().added == 1
    message = files.messages()[0]
    assert message.text == "bel [telefoon]"
    assert (message.published_at, message.answered_at) == (
        datetime(2026, 11, 18, 13, 5, tzinfo=UTC),
        datetime(2026, 11, 19, 7, 0, tzinfo=UTC),
    )
    assert message.author is not None and "piet" not in message.author
    assert list(files.by_id()) == ["1"]


def test_a_file_that_was_read_costs_nothing_the_second_time(files: Post) -> None:
    files.drop("inbox/a.csv", HEAD + line(1))
    files.hear()
    files.drop("inbox/a.csv", "dit is even lang als een CSV ".ljust(len(HEAD + line(1)), "x"))
    again = files.hear()
    assert (again.outcome, again.added, again.problem) == (RunOutcome.DONE, 0, ""), "same name, size and time: not even opened"


def test_the_same_content_under_a_new_time_is_not_read_again_but_a_grown_file_is(files: Post) -> None:
    files.drop("inbox/a.csv", HEAD + line(1))
    files.hear()
    files.drop("inbox/a.csv", HEAD + line(1), mtime=1_800_000_000)
    assert files.hear().unchanged == 0
    files.drop("inbox/a.csv", HEAD + line(1) + line(2), mtime=1_800_000_001)
    grown = files.hear()
    assert (grown.added, grown.unchanged) == (1, 1)


def test_a_reading_that_was_killed_goes_on_at_the_row_where_it_was(files: Post) -> None:
    files.drop("inbox/a.csv", HEAD + "".join(line(n) for n in range(2500)))
    entry = find_source(files.folder, "bron")

    class Killed(BaseException):
        pass

    def read(cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        yield next(entry.read(cursor, reading))
        raise Killed

    for heard in (1000, 2000):
        with pytest.raises(Killed):
            run(entry, read, NOW)
        assert len(files.messages()) == heard
    outcome = files.hear()
    assert (outcome.added, outcome.unchanged, len(files.messages())) == (500, 0, 2500)


def test_the_newest_export_has_the_last_word(files: Post) -> None:
    files.drop("inbox/z-oud.csv", HEAD + line(1, "oud"), mtime=1_700_000_000)
    files.drop("inbox/a-nieuw.csv", HEAD + line(1, "nieuw"), mtime=1_700_000_100)
    outcome = files.hear()
    assert (outcome.added, outcome.changed, files.texts()) == (1, 1, ["nieuw"])


def test_an_answer_that_comes_later_is_noted_without_annotating_again(files: Post) -> None:
    files.drop("inbox/a.csv", HEAD + line(1))
    files.hear()
    files.messages()[0].annotation_due = False
    files.session.commit()
    files.drop("inbox/b.csv", HEAD + line(1, answered="19-11-2026 08:30"), mtime=1_800_000_000)
    assert files.hear().changed == 1
    message = files.messages()[0]
    assert message.answered_at == datetime(2026, 11, 19, 7, 30, tzinfo=UTC)
    assert (message.annotation_due, message.edited_at) == (False, None)


def test_a_date_and_a_time_may_stand_apart_and_texts_may_be_joined(post: Post) -> None:
    post.source(
        "files", path="inbox/*", medium="telefoon", columns={"date": "Dag", "time": "Uur", "text": ["Onderwerp", "Notitie"], "id": "Nr"}
    )
    post.drop("inbox/a.csv", "Nr,Dag,Uur,Onderwerp,Notitie\n1,18-11-2026,14:05,Afval,De bak is vol\n")
    post.hear()
    message = post.messages()[0]
    assert (message.text, message.medium, message.published_at) == (
        "Afval\nDe bak is vol",
        "telefoon",
        datetime(2026, 11, 18, 13, 5, tzinfo=UTC),
    )


def test_rows_without_a_number_are_recognised_by_what_they_say(post: Post) -> None:
    post.source("files", path="inbox/*", columns={"date": "Datum", "text": "Bericht"})
    post.drop("inbox/a.csv", "Datum;Bericht\n18-11-2026 14:05;een\n18-11-2026 14:05;twee\n18-11-2026 14:05;een\n")
    outcome = post.hear()
    assert (outcome.added, outcome.unchanged) == (2, 1)


def test_rows_that_cannot_be_read_stand_aside_without_anybodys_words(files: Post) -> None:
    rows = [
        line(1),
        line(2, "mail a@b.example", day="gisteren"),
        line(3, ""),
        "4;18-11-2026;piet\n",
        "5;18-11-2026;piet;los; punt;komma;extra\n",
        line(6),
    ]
    files.drop("inbox/a.csv", HEAD + "".join(rows))
    outcome = files.hear()
    assert (outcome.outcome, outcome.added, outcome.rejected, outcome.problem) == (RunOutcome.PARTLY, 2, 4, "")
    aside = files.aside()
    assert [row.location for row in aside] == [f"a.csv, rij {n}" for n in (3, 4, 5, 6)]
    assert "niet te lezen" in aside[0].reason and "geen tekst" in aside[1].reason and "3 velden en de kop 5" in aside[2].reason
    kept = json.dumps([row.item for row in aside])
    assert "piet" not in kept and "a@b.example" not in kept and "los" not in kept
    assert aside[0].item["fields"]["text"] == "mail [e-mail]"


def test_what_stood_aside_comes_in_once_its_cause_is_mended(post: Post) -> None:
    columns = {"id": "nr", "date": "dag", "text": "bericht"}
    post.source("files", path="inbox/*", columns=columns)
    post.drop("inbox/a.csv", "nr;dag;gemeld;bericht\n1;?;18-11-2026;een\n2;18-11-2026;18-11-2026;twee\n")
    assert (post.hear().rejected, retry("bron", NOW).rejected) == (1, 1)
    post.source("files", path="inbox/*", columns=columns | {"date": "gemeld"})
    mended = retry("bron", NOW + timedelta(hours=1))
    assert (mended.added, mended.rejected, post.aside()) == (1, 0, [])
    assert sorted(post.texts()) == ["een", "twee"]


def test_a_row_whose_file_is_gone_is_tried_from_what_was_kept(files: Post) -> None:
    files.drop("inbox/a.csv", HEAD + line(1, day="18-11-2026 99:05"))
    files.hear()
    (settings().data / "inbox/a.csv").unlink()
    assert retry("bron", NOW).rejected == 1
    row = files.aside()[0]
    row.item = row.item | {"fields": row.item["fields"] | {"date": "18-11-2026 09:05"}}
    files.session.commit()
    assert retry("bron", NOW).added == 1
    author = files.messages()[0].author
    assert author is not None and len(author) == 32


def test_a_file_read_anew_forgets_what_stood_aside(files: Post) -> None:
    files.drop("inbox/a.csv", HEAD + line(1, day="?"))
    files.hear()
    files.drop("inbox/a.csv", HEAD + line(1), mtime=1_800_000_000)
    assert files.hear().added == 1
    assert files.aside() == []


@pytest.mark.parametrize(
    ("name", "content", "says", "mend"),
    [
        (
            "a.csv",
            b"Bericht-ID;Datum;Auteur\n1;18-11-2026;piet\n",
            "mist de kolom 'Bericht', 'Beantwoord op'. Wel gevonden: Bericht-ID, Datum, Auteur",
            "columns",
        ),
        ("a.csv", b"\x7fELF" + bytes(range(256)) * 50, "geen tekstbestand", "CSV"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "oud Excel-bestand", ".xlsx"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 600, "beschadigd", "opnieuw"),
        ("a.csv", b"x" * 3_000_000, "geen kop die te lezen is: de regel is langer dan 1 MB", "eerste regel"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(files: Post, name: str, content: bytes, says: str, mend: str) -> None:
    files.drop(f"inbox/{name}", content)
    files.drop("inbox/goed.csv", HEAD + line(1))
    for _ in range(2):
        outcome = files.hear()
        assert outcome.problem.startswith("De bron: a.") and says in outcome.problem
        assert mend in outcome.mend
    assert files.texts() == ["de bak is vol"]


def test_a_mapped_column_that_is_missing_is_named(post: Post) -> None:
    post.source("files", path="inbox/*", columns={"date": "Datum", "text": "Notitie"})
    post.drop("inbox/a.csv", HEAD + line(1))
    outcome = post.hear()
    assert "a.csv mist de kolom 'Notitie'" in outcome.problem and outcome.outcome is RunOutcome.FAILED


def test_an_encoding_that_was_asked_for_and_does_not_fit_is_named(post: Post) -> None:
    post.source("files", path="inbox/*", encoding="utf-8")
    post.drop("inbox/a.csv", (HEAD + line(1, "één")).encode("cp1252"))
    assert "niet geschreven in utf-8" in post.hear().problem


def test_files_still_being_copied_and_hidden_ones_are_left_alone(files: Post) -> None:
    for name in ("a.part", ".a.csv", "~$a.xlsx", "b.csv.tmp"):
        files.drop(f"inbox/{name}", "half")
    assert files.hear().problem == ""


def test_three_hundred_megabytes_of_one_line_take_little_memory_and_spoil_nothing(files: Post) -> None:
    path = files.drop("inbox/groot.csv", HEAD + line(1))
    with path.open("ab") as file:
        for _ in range(300):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + line(3).encode())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = files.hear()
    assert (outcome.added, outcome.rejected) == (2, 1)
    assert files.aside()[0].location == "groot.csv, rij 3"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_person_loads_a_file_from_anywhere_and_hears_that_it_was_known(files: Post, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(HEAD + line(1) + line(2))
    assert load_file("bron", path, NOW).added == 2
    again = load_file("bron", path, NOW)
    assert (again.added, again.unchanged) == (0, 2)
    assert files.hear().problem == ""
    assert load_file("bron", path, NOW).unchanged == 2


def test_loading_into_what_is_no_source_of_files_is_refused(post: Post, tmp_path: Path) -> None:
    post.source("feed", url="https://nieuws.example/feed")
    for name in ("bron", "onbekend"):
        with pytest.raises(SourceError) as refused:
            load_file(name, tmp_path / "a.csv", NOW)
        assert refused.value.mend
