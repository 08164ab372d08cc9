"""sources.yaml: every source says why it is listened to, and a mistake costs only its own source."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ingest.listen import due_sources, listen
from ingest.sources import UnknownSource, find_source, load_sources
from models import Source, SourceRun
from models.configuration import ConfigurationError
from models.settings import ROOT, settings
from models.words import RunOutcome
from tests.ingest.conftest import NOW, WHY, Post

GOOD = """sources:
  - id: kcc
    name: Contactcentrum
    kind: files
    channel: contact_centre
    path: inbox/*.csv
    purpose: weten wat er speelt
    legal_basis: AVG artikel 6
    retention_days: 90
    audience: de redactie
"""


def refusal(folder: Path, content: str) -> str:
    (folder / "sources.yaml").write_text(content)
    with pytest.raises(ConfigurationError) as refused:
        load_sources(folder)
    return str(refused.value)


@pytest.mark.parametrize("field", sorted(WHY))
def test_without_its_why_a_source_is_refused(tmp_path: Path, field: str) -> None:
    without = "".join(line + "\n" for line in GOOD.splitlines() if not line.strip().startswith(field))
    assert f"regel 2: bron kcc: {field}: ontbreekt" in refusal(tmp_path, without)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("path:", "pad:", "regel 6: bron kcc: pad: is geen bekend veld"),
        ("kind: files", "kind: fles", "regel 4: bron kcc: kind: welke soort bron is dit? Kies uit "),
        ("retention_days: 90", "retention_days: lang", "regel 9: bron kcc: retention_days"),
        ("purpose: weten wat er speelt", "purpose: ''", "regel 7: bron kcc: purpose: is leeg of te kort"),
        ("channel: contact_centre", "channel: [", "geen geldige YAML"),
        ("path: inbox/*.csv", "base: https://m.example", "hashtags, accounts of mentions"),
        ("path: inbox/*.csv", "url: ftp://x", "bron kcc: url"),
    ],
)
def test_a_mistake_names_line_source_and_what_was_expected(tmp_path: Path, old: str, new: str, says: str) -> None:
    kind = "mastodon" if new.startswith("base") else "feed" if new.startswith("url") else "files"
    assert says in refusal(tmp_path, GOOD.replace(old, new).replace("kind: files", f"kind: {kind}"))


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "bron kcc: staat er twee keer" in refusal(tmp_path, GOOD + GOOD.removeprefix("sources:\n"))


def test_a_mistake_in_one_source_leaves_the_others_readable(post: Post) -> None:
    post.source("files", "goed", path="goed/*")
    post.source("files", "fout", path="fout/*")
    path = post.folder / "sources.yaml"
    path.write_text(path.read_text().replace("path: fout", "pad: fout"))
    assert due_sources(NOW) == ["fout", "goed"]
    assert listen("goed", NOW).outcome is RunOutcome.DONE
    outcome = listen("fout", NOW)
    assert outcome.outcome is RunOutcome.FAILED and "bron fout: pad: is geen bekend veld" in outcome.problem
    assert {run.source_id: run.problem for run in post.session.scalars(select(SourceRun))}["fout"] == outcome.problem


def test_what_leaves_the_file_stays_in_the_table_and_is_no_longer_read(post: Post) -> None:
    post.source("files", "een", path="x/*")
    post.source("files", "twee", path="x/*")
    (post.folder / "sources.yaml").write_text("sources: []\n")
    assert due_sources(NOW) == []
    assert list(post.session.scalars(select(Source.active))) == [False, False]


def test_a_source_that_left_the_file_meanwhile_is_a_failed_run_and_one_never_known_is_refused(post: Post) -> None:
    post.source("files", path="x/*")
    (post.folder / "sources.yaml").write_text("sources: []\n")
    assert "staat niet in" in listen("bron", NOW).problem
    with pytest.raises(UnknownSource):
        listen("nooit", NOW)


def test_a_source_is_left_alone_for_as_long_as_it_says(post: Post) -> None:
    post.source("files", path="x/*", every_minutes=60)
    listen("bron", NOW)
    assert due_sources(NOW + timedelta(minutes=50)) == []
    assert due_sources(NOW + timedelta(minutes=60, seconds=-5)) == ["bron"]


def test_an_unknown_source_is_named_with_the_known_ones(post: Post) -> None:
    post.source("files", path="x/*")
    with pytest.raises(UnknownSource, match=r"Kies uit: bron\."):
        find_source(post.folder, "bronn")


def test_the_example_town_has_its_seven_sources() -> None:
    entries = load_sources(ROOT / "config" / "rivierstad")
    assert [entry.id for entry in entries] == ["kcc", "webcare", "formulieren", "website", "nieuws", "denkmee", "mastodon"]
    assert f":{settings().replay_port}/" in str(entries[4].model_dump()["url"])
