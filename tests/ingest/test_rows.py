"""Rows of files stream in whatever dialect and encoding they have; a damaged row costs only itself."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ingest.errors import FileRefused
from ingest.exports.rows.delimited import read_delimited, recognise
from ingest.exports.rows.encoding import inspect
from ingest.exports.rows.jsonlines import read_jsonlines
from ingest.exports.rows.row import MAX_ROW, Broken, Object, Row
from ingest.exports.rows.workbook import read_workbook


def rows(path: Path, content: bytes) -> list[Row | Broken]:
    path.write_bytes(content)
    return list(read_delimited(path, inspect(path).encoding, False, path.name))


def cells(found: list[Row | Broken]) -> list[list[str]]:
    return [list(row.cells) for row in found if isinstance(row, Row)]


TEXT = "datum;tekst\n19-11-2026;één € café 😀\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_every_form_is_recognised(tmp_path: Path, encoding: str) -> None:
    assert cells(rows(tmp_path / "a.csv", TEXT.encode(encoding)))[1] == ["19-11-2026", "één € café 😀"]


def test_windows_and_latin_are_told_apart(tmp_path: Path) -> None:
    assert cells(rows(tmp_path / "a.csv", "a;b\n1;één € café".encode("cp1252")))[1] == ["1", "één € café"]
    assert cells(rows(tmp_path / "a.csv", "a;b\n1;één\x9d café".encode("latin-1")))[1] == ["1", "één\x9d café"]


def test_a_few_wrong_bytes_in_utf8_cost_only_their_rows(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", "a;b\n1;één\n2;twéé\n".encode() + b"3;kapo\xe9t\n" + "4;viér\n".encode())
    assert [row.number for row in found if isinstance(row, Broken)] == [4]
    assert cells(found)[-1] == ["4", "viér"]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_recognised(tmp_path: Path, delimiter: str, end: str) -> None:
    lines = ["id", "tekst", "datum"], ["1", "een, twee; drie | vier\tvijf", "19-11-2026"], ['"q"', "twee\nregels", ""]
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(lines)
    assert cells(rows(tmp_path / "a.csv", file.getvalue().encode())) == [list(line) for line in lines]


def test_excel_says_its_delimiter_itself(tmp_path: Path) -> None:
    assert cells(rows(tmp_path / "a.csv", b"sep=|\na|b;c\n1|2;3\n"))[1:] == [["a", "b;c"], ["1", "2;3"]]


def test_single_quotes_are_recognised(tmp_path: Path) -> None:
    assert cells(rows(tmp_path / "a.csv", b"'a';'b'\n'1';'x;y'\n"))[1] == ["1", "x;y"]


def test_a_line_beyond_a_megabyte_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", b"a;b\n1;x\n2;" + b"y" * (MAX_ROW + 10) + b"\n3;z\n")
    assert [(row.number, row.reason) for row in found if isinstance(row, Broken)] == [(3, "de regel is langer dan 1 MB")]
    assert cells(found) == [["a", "b"], ["1", "x"], ["3", "z"]]


def test_an_open_quote_costs_only_its_row(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", b'a;b\n1;x\n2;"open\n' + b"".join(b"%d;z\n" % n for n in range(3, 3000)))
    assert [(row.number, row.reason) for row in found if isinstance(row, Broken)] == [(3, "een aanhalingsteken wordt niet gesloten")]
    assert cells(found)[-1] == ["2999", "z"] and len(cells(found)) == 2 + 2997


def test_an_open_quote_at_the_very_end_costs_only_its_row(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", b'a;b\n1;"open\n2;y\n')
    assert [row.number for row in found if isinstance(row, Broken)] == [2]
    assert cells(found)[-1] == ["2", "y"]


CELL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
TABLE = st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8))


@settings(max_examples=150, deadline=None)
@given(TABLE, st.sampled_from(";,\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_a_spreadsheet_writes_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], delimiter: str, encoding: str
) -> None:
    header = [f"kolom {n}" for n in range(len(table[0]))]
    table = [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in table]
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *table])
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    found = [[cell.replace("\r\n", "\n") for cell in row] for row in cells(rows(path, file.getvalue().encode(encoding)))]
    assert found == [header, *table]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_raise(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    for row in rows(path, content):
        assert row.number > 0
    for line in read_jsonlines(path, inspect(path).encoding, False, "a.csv"):
        assert line.number > 0


def test_the_delimiter_of_a_text_with_commas_is_still_the_semicolon() -> None:
    assert recognise(["datum;tekst\n", "1;ja, nee, misschien, wie weet, och\n", "2;a,b,c,d\n"]).delimiter == ";"


def test_json_lines_name_what_is_wrong_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n\n{"a": \n[1]\n' + b"[" * 100_000 + b'\n{"a": "' + b"x" * MAX_ROW + b'"}\n{"a": 2}\n')
    found = list(read_jsonlines(path, "utf-8", False, "a.jsonl"))
    assert [row.number for row in found] == [1, 3, 4, 5, 6, 7]
    assert [row.values for row in found if isinstance(row, Object)] == [{"a": 1}, {"a": 2}]


def workbook(path: Path, *lines: list[object]) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Berichten")
    for line in lines:
        sheet.append(line)
    book.save(path)
    return path


def test_a_workbook_keeps_the_row_numbers_that_excel_shows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["a", "b"], [], [1, "x"])
    assert [(row.number, list(row.cells)[:2]) for row in read_workbook(path, "a.xlsx", None)] == [(1, ["a", "b"]), (3, [1, "x"])]


def test_a_workbook_that_is_damaged_locked_or_cut_off_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["a", "b"], *[[n, "x" * 50] for n in range(500)])
    whole = path.read_bytes()
    for damage in (whole[: len(whole) // 2], whole[:100], whole[:2000] + b"\0" * 3000 + whole[5000:]):
        path.write_bytes(damage)
        with pytest.raises(FileRefused, match=r"a\.xlsx"):
            list(read_workbook(path, "a.xlsx", None))


def test_a_workbook_with_entities_is_refused_unread(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["a"])
    bomb = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bomb, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(
                name,
                b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + part[part.find(b"<worksheet") :] if "sheet1" in name else part,
            )
    with pytest.raises(FileRefused, match="XML-definities"):
        list(read_workbook(bomb, "b.xlsx", None))


def test_a_workbook_that_unpacks_beyond_its_bounds_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(160):
            part.write(b" " * 1_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(FileRefused, match="uitgepakt groter"):
        list(read_workbook(path, "a.xlsx", None))
