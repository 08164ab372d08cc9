"""Links that can be counted by audience and day, never by person."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.settings import ROOT, settings
from models.words import DigestKind
from routing.readers.links import Medium, campaign, tagged

DAY = date(2026, 11, 21)
OWN = "http://127.0.0.1:8600/signalen/412?stand=open#verloop"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A municipality's folder of one's own."""
    (tmp_path / "municipality.yaml").write_text((ROOT / "config" / "rivierstad" / "municipality.yaml").read_text())
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def choose(folder: Path, choice: str) -> None:
    (folder / "municipality.yaml").write_text((folder / "municipality.yaml").read_text() + f"\ncampaign_links: {choice}\n")


def test_a_link_names_audience_day_way_and_item_and_keeps_what_it_had() -> None:
    parts = urlsplit(tagged(OWN, "reiniging", DigestKind.DAILY, DAY, "signaal-412"))
    assert parse_qs(parts.query) == {
        "stand": ["open"],
        "mtm_campaign": ["dagbericht-reiniging-2026-11-21"],
        "mtm_source": ["luisterpost"],
        "mtm_medium": ["email"],
        "mtm_content": ["signaal-412"],
    }
    assert (parts.path, parts.fragment) == ("/signalen/412", "verloop")


def test_every_kind_of_digest_has_a_campaign_of_its_own() -> None:
    assert len({campaign("reiniging", kind, DAY) for kind in DigestKind}) == len(DigestKind)


def test_only_links_to_outside_are_tagged_where_the_municipality_wants_that(folder: Path) -> None:
    choose(folder, "naar buiten")
    assert tagged(OWN, "reiniging", DigestKind.DAILY, DAY) == OWN
    assert "mtm_campaign" in tagged("https://doemee.rivierstad.example/plan", "reiniging", DigestKind.DAILY, DAY)


@pytest.mark.parametrize("choice", ["geen", "misschien"])
def test_no_link_is_tagged_where_the_municipality_wants_none_or_its_file_is_wrong(folder: Path, choice: str) -> None:
    choose(folder, choice)
    assert tagged("https://doemee.rivierstad.example/plan", "reiniging", DigestKind.DAILY, DAY) == "https://doemee.rivierstad.example/plan"


@pytest.mark.parametrize("address", ["", "mailto:webcare@rivierstad.example", "tel:14012", "http://[x", "/post"])
def test_what_is_no_web_address_stays_as_it_is(address: str) -> None:
    assert tagged(address, "reiniging", DigestKind.DAILY, DAY) == address


NAMES = st.text("abcmt_[]", min_size=1, max_size=12)


@given(st.lists(st.tuples(NAMES, st.text(max_size=12)), max_size=5), st.text(max_size=12))
def test_tagging_twice_is_tagging_once_and_loses_nothing(query: list[tuple[str, str]], fragment: str) -> None:

    address = f"https://x.example/pad?{urlencode(query)}#{quote(fragment)}"
    once = tagged(address, "reiniging", DigestKind.WEEKLY, DAY, "signaal-1", Medium.FEED)
    assert tagged(once, "reiniging", DigestKind.WEEKLY, DAY, "signaal-1", Medium.FEED) == once
    kept = [pair for pair in parse_qsl(urlsplit(once).query, keep_blank_values=True) if not pair[0].startswith("mtm_")]
    assert kept == [pair for pair in query if not pair[0].startswith("mtm_")]
    assert urlsplit(once).fragment == quote(fragment)
