"""An export whose columns nobody mapped waits, whole, until a person confirmed what they hold: once for each header."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from ingest.errors import FileRefused
from ingest.exports.mappings import MappingError, Waiting, confirm, names_waiting, waiting
from ingest.files import load_file
from ingest.kinds.files import Files
from ingest.sources import find_source
from models import Source
from models.account import keep_account
from models.column_mapping import confirmed_for
from models.settings import settings
from models.words import Role, RunOutcome
from tests.ingest.conftest import NOW, Post
from tests.ingest.vendors import VENDORS

WEBCARE = VENDORS[0]


@pytest.fixture
def unmapped(post: Post) -> Post:
    post.source("files", path="inbox/*")
    return post


def source(post: Post) -> Source:
    post.session.expire_all()
    return post.session.get_one(Source, "bron")


def entry(post: Post) -> Files:
    found = find_source(post.folder, "bron")
    assert isinstance(found, Files)
    return found


def shown(post: Post, name: str, chosen: dict[str, Any] | None = None) -> Waiting:
    return waiting(post.session, entry(post), source(post), name, chosen, NOW)


def agree(post: Post, name: str, **other: Any) -> None:
    """Somebody confirms what is proposed, or something else."""
    seen = shown(post, name)
    texts = [seen.chosen["text"]] if isinstance(seen.chosen.get("text"), str) else seen.chosen.get("text", [])
    account = keep_account(post.session, "Fatima", Role.NEWSROOM, None, NOW)
    chosen = {**seen.chosen, "text": texts, "utc": seen.utc} | other
    confirm(post.session, entry(post), source(post), name, seen.header, chosen, account.id, NOW)
    post.session.commit()


def waits(post: Post) -> Sequence[str]:
    return names_waiting(source(post))


def test_nothing_is_read_until_a_person_confirmed_and_then_everything_is(unmapped: Post) -> None:
    unmapped.drop("inbox/a.csv", WEBCARE.csv(1200))
    for _ in range(2):
        outcome = unmapped.hear()
        assert (outcome.outcome, outcome.added) == (RunOutcome.FAILED, 0)
        assert "a.csv wacht tot iemand bevestigt" in outcome.problem and "Bronnen" in outcome.mend
    assert waits(unmapped) == ["a.csv"] and source(unmapped).failures == 0, "a file that waits is no fault of the source"
    agree(unmapped, "a.csv")
    assert (unmapped.hear().added, waits(unmapped)) == (1200, [])
    assert (unmapped.hear().outcome, len(unmapped.messages())) == (RunOutcome.DONE, 1200)
    mapping, who = confirmed_for(unmapped.session, "bron")[0]
    assert (who, mapping.confirmed_at, mapping.columns["text"]) == ("Fatima", NOW, "Bericht")


def test_the_same_header_is_never_asked_again_and_a_changed_one_is(unmapped: Post) -> None:
    unmapped.drop("inbox/a.csv", WEBCARE.csv(5))
    unmapped.hear()
    agree(unmapped, "a.csv")
    lines = WEBCARE.csv(9).splitlines()
    turned = "\n".join(";".join(reversed(line.split(";"))) for line in lines if '"' not in line)
    unmapped.drop("inbox/b.csv", turned, mtime=1_700_000_100)
    unmapped.drop("inbox/c.csv", WEBCARE.csv(20).replace("Bericht;", "Tekst van het bericht;", 1), mtime=1_700_000_200)
    outcome = unmapped.hear()
    assert outcome.added == 9, "the same columns in another order are the same header"
    assert waits(unmapped) == ["c.csv"] and shown(unmapped, "c.csv").changed
    agree(unmapped, "c.csv")
    assert unmapped.hear().added == 11


def test_what_is_shown_is_what_would_be_stored_and_nothing_of_it_is_stored_yet(unmapped: Post) -> None:
    unmapped.drop("inbox/a.csv", "Bericht-ID;Datum;Auteur;Bericht\n1;18-11-2026 14:05;piet_puk;Bel mij op 06-12345678, de bak is vol\n")
    unmapped.hear()
    (row,) = shown(unmapped, "a.csv").rows
    assert (row.external_id, row.text) == ("1", "Bel mij op [telefoon], de bak is vol")
    assert row.author is not None and "piet" not in row.author
    kept = json.dumps(source(unmapped).cursor)
    assert "piet" not in kept and "bak" not in kept and unmapped.messages() == []
    agree(unmapped, "a.csv")
    unmapped.hear()
    message = unmapped.messages()[0]
    assert message.text == row.text and (message.author or "").startswith(row.author)


def test_a_person_can_choose_other_columns_and_sees_the_rows_change(unmapped: Post) -> None:
    unmapped.drop("inbox/a.csv", "Nr;Ooit;Verhaal;Reactie\n1;18-11-2026;De bak bij de haven is vol;Wij komen langs op vrijdag\n")
    unmapped.hear()
    assert shown(unmapped, "a.csv").rows[0].text.startswith("Wij komen"), "a well-known heading that is wrong here"
    other = {"text": ["Verhaal"], "date": "Ooit", "id": "Nr", "author": "Bestaat niet"}
    assert shown(unmapped, "a.csv", other).rows[0].text.startswith("De bak")
    agree(unmapped, "a.csv", **other)
    unmapped.hear()
    assert unmapped.texts() == ["De bak bij de haven is vol"]


def test_a_mapping_without_text_or_date_is_not_confirmed(unmapped: Post) -> None:
    unmapped.drop("inbox/a.csv", "Bericht-ID;Auteur;Leeftijd\n1;piet;33\n")
    unmapped.hear()
    seen = shown(unmapped, "a.csv")
    assert (seen.lacks, seen.rows) == (["de tekst", "de datum"], [])
    with pytest.raises(MappingError, match="tekst staat en in welke de datum"):
        agree(unmapped, "a.csv")
    assert waits(unmapped) == ["a.csv"]


def test_a_file_that_changed_since_it_was_seen_is_not_confirmed(unmapped: Post) -> None:
    unmapped.drop("inbox/a.csv", WEBCARE.csv(2))
    unmapped.hear()
    seen = shown(unmapped, "a.csv")
    unmapped.drop("inbox/a.csv", "Datum;Bericht\n18-11-2026;De bak bij de haven is vol\n", mtime=1_800_000_000)
    with pytest.raises(MappingError, match="intussen andere kolommen"):
        confirm(unmapped.session, entry(unmapped), source(unmapped), "a.csv", seen.header, {"text": ["Bericht"], "date": "Datum"}, 1, NOW)
    (settings().data / "inbox/a.csv").unlink()
    with pytest.raises(FileRefused, match="wacht niet meer"):
        shown(unmapped, "a.csv")
    unmapped.hear()
    assert waits(unmapped) == []


def test_columns_in_sources_yaml_need_no_confirmation_and_win(unmapped: Post) -> None:
    unmapped.drop("inbox/a.csv", WEBCARE.csv(3))
    unmapped.hear()
    unmapped.source("files", path="inbox/*", columns={"text": "Bericht", "date": "Geplaatst op", "id": "Bericht-ID"})
    assert unmapped.hear().added == 3


def test_first_rows_without_headings_are_never_taken_for_them(unmapped: Post) -> None:
    unmapped.drop("inbox/a.csv", "18-11-2026;Jan de Vries 06-12345678;De bak is vol\n19-11-2026;0612345678;Lamp stuk\n")
    outcome = unmapped.hear()
    assert "geen kop die te lezen is" in outcome.problem and waits(unmapped) == []


def test_json_lines_that_leave_names_out_are_the_same_export(unmapped: Post) -> None:
    whole = {"kenmerk": "F1", "ontvangen": "2026-11-18T14:06:00+01:00", "bericht": "De bak bij de haven is vol", "klant": {"wijk": "Oost"}}
    unmapped.drop("inbox/a.jsonl", json.dumps(whole) + "\n")
    unmapped.hear()
    agree(unmapped, "a.jsonl")
    less = {name: value for name, value in whole.items() if name != "klant"} | {"kenmerk": "F2"}
    unmapped.drop("inbox/b.jsonl", json.dumps(less) + "\n", mtime=1_800_000_000)
    assert unmapped.hear().added == 2
    unmapped.drop("inbox/c.jsonl", json.dumps(whole | {"kenmerk": "F3", "nieuw": "veld"}) + "\n", mtime=1_800_000_001)
    unmapped.hear()
    assert waits(unmapped) == ["c.jsonl"]


def test_moments_that_a_suite_writes_in_utc_are_read_so(unmapped: Post) -> None:
    unmapped.drop("inbox/a.csv", "Date (GMT),Message\n2026-11-18 14:05:00,The bin at the harbour is full\nnever,Another one here\n")
    unmapped.hear()
    agree(unmapped, "a.csv")
    unmapped.hear()
    assert unmapped.messages()[0].published_at.isoformat() == "2026-11-18T14:05:00+00:00"
    assert unmapped.aside()[0].item["utc"] is True


def test_a_file_loaded_by_hand_from_elsewhere_waits_too_and_is_read_by_itself(unmapped: Post) -> None:
    path = unmapped.drop("elders/a.csv", WEBCARE.csv(4))
    assert "wacht" in load_file("bron", path, NOW).problem
    agree(unmapped, "a.csv")
    assert unmapped.hear().added == 4
    assert load_file("bron", path, NOW).unchanged == 4


def test_rows_that_the_municipality_wrote_itself_are_its_own(unmapped: Post) -> None:
    inbox = next(vendor for vendor in VENDORS if vendor.name == "inbox en")
    unmapped.drop("inbox/a.xlsx", inbox.xlsx(12, "Weekly export"))
    unmapped.hear()
    agree(unmapped, "a.xlsx")
    unmapped.hear()
    assert [message.by_municipality for message in unmapped.messages()] == [n % 4 == 0 for n in range(12)]
