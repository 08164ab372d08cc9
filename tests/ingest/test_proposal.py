"""What a new export's columns hold is proposed from their names and from what stands in them."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.exports.columns import Columns
from ingest.exports.export import Export
from ingest.exports.proposal import propose
from tests.ingest.conftest import Post
from tests.ingest.vendors import VENDORS, Vendor

HERE = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_the_exports_of_the_suites_are_understood(post: Post, vendor: Vendor) -> None:
    for name, content in (("a.csv", vendor.csv(40)), ("a.xlsx", vendor.xlsx(40, "Export van deze week"))):
        header = Export.open(post.drop(name, content)).header()
        assert header is not None
        proposal = propose(header.headings, header.samples, HERE)
        assert dict(proposal.columns) == vendor.right, name
        assert proposal.utc == ("GMT" in vendor.headings[0])


def rows(*cells: tuple[object, ...]) -> list[dict[str, object]]:
    return [dict(zip("abc", row, strict=False)) for row in cells]


def test_a_name_that_its_cells_contradict_counts_for_nothing() -> None:
    found = propose(
        ["Bericht", "Datum", "Toelichting"],
        [
            {"Bericht": "17", "Datum": "18-11-2026", "Toelichting": "De bak bij de haven is vol en stinkt"},
            {"Bericht": "18", "Datum": "19-11-2026", "Toelichting": "Lantaarn stuk bij ons in de straat"},
        ],
        HERE,
    )
    assert dict(found.columns) == {"date": "Datum", "text": "Toelichting"}


def test_telephone_numbers_are_no_identifier_and_no_date() -> None:
    found = propose(["a", "b"], rows(("0612345678", "De bak bij de haven is vol"), ("0687654321", "Lantaarn stuk in de straat")), HERE)
    assert dict(found.columns) == {"text": "b"}
    assert found.lacks == ["de datum"]


def test_an_answer_is_not_the_moment_of_the_message() -> None:
    cells = rows(
        ("19-11-2026 10:00", "18-11-2026 09:00", "De bak bij de haven is vol"), ("", "18-11-2026 10:00", "Lantaarn stuk in de straat")
    )
    renamed = [{"Beantwoord op": row["a"], "Wanneer": row["b"], "Verhaal": row["c"]} for row in cells]
    found = propose(["Beantwoord op", "Wanneer", "Verhaal"], renamed, HERE)
    assert dict(found.columns) == {"answered": "Beantwoord op", "date": "Wanneer", "text": "Verhaal"}


def test_a_title_goes_before_its_text_where_it_says_something_else() -> None:
    body = "Al weken geen licht bij ons"
    for title, text in (("Lantaarn kapot", ["Onderwerp", "Bericht"]), ("Al weken geen", "Bericht")):
        cells = [{"Datum": "18-11-2026", "Onderwerp": title, "Bericht": body + "!" * n} for n in (0, 1)]
        assert propose(["Datum", "Onderwerp", "Bericht"], cells, HERE).columns["text"] == text


@given(
    st.lists(st.text(max_size=12), unique=True, min_size=1, max_size=6),
    st.lists(st.lists(st.one_of(st.none(), st.text(max_size=30), st.integers(), st.floats(), st.datetimes()), max_size=6), max_size=6),
)
def test_any_header_and_any_cells_give_a_proposal_of_their_own_columns_each_once(headings: list[str], cells: list[list[object]]) -> None:
    found = propose(headings, [dict(zip(headings, row, strict=False)) for row in cells], HERE)
    used = [heading for value in found.columns.values() for heading in ([value] if isinstance(value, str) else value)]
    assert set(used) <= set(headings) and len(used) == len(set(used))
    if not found.lacks:
        Columns.model_validate(dict(found.columns))
