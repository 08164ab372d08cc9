"""The page where one sees whether listening works, mends what does not, and says what the columns of an export hold."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ingest.listen import due_sources, listen
from ingest.setup.condition import silent_days
from models import ColumnMapping, Message, RejectedRow, Source
from models.settings import ROOT, settings
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of, fields_of

EXPORT = (
    "Bericht-ID;Geplaatst op;Auteur;Bericht;Privé;Reactie\n7;18-11-2026 14:05;piet_puk;Bel 06-12345678, <b>bak</b> vol;ja;Dank, wij komen\n"
)
TODAY = date(2026, 11, 19)


def test_a_failing_source_says_what_is_wrong_and_how_to_mend_it(as_person: SignIn) -> None:
    page = as_person("Samira").get("/bronnen").text
    assert "Het adres geeft een webpagina en geen feed." in page
    assert "Zoek op de site naar" in page
    assert page.index("Wijkblog Havenkwartier") < page.index("Meldingen klantcontact")


def test_a_rejected_row_shows_its_reason_and_its_words_harmlessly(as_person: SignIn) -> None:
    page = as_person("redactie").get("/bronnen/meldingen").text
    assert "31-02-2026 bestaat niet" in page
    assert "<b>telefoon</b>" not in page


def test_a_department_may_not_retry_rejected_rows(as_person: SignIn) -> None:
    samira = as_person("Samira")
    token = fields_of(samira.get("/tickets/1").text)
    assert samira.post("/bronnen/meldingen/opnieuw", data=token).status_code == 403


def test_retrying_a_source_that_left_the_configuration_is_refused_kindly(seeded: Session, as_person: SignIn) -> None:
    seeded.add(
        Source(
            id="verdwenen",
            name="Oude bron",
            kind="file",
            channel="news",
            purpose="-",
            legal_basis="-",
            retention_days=1,
            audience="-",
            next_read_at=None,
        )
    )
    seeded.flush()
    row = seeded.scalars(select(RejectedRow)).one()
    row.source_id = "verdwenen"
    seeded.commit()
    newsroom = as_person("redactie")
    form = {"_csrf": csrf_of(newsroom.get("/bronnen/verdwenen").text)}
    answer = newsroom.post("/bronnen/verdwenen/opnieuw", data=form)
    assert answer.status_code == 422
    assert seeded.scalar(select(func.count()).select_from(RejectedRow)) == 1


@pytest.fixture
def export(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A source whose columns nobody mapped, with a file that waits; gives the address of its page."""
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config" / "rivierstad", folder, ignore=shutil.ignore_patterns("messages"))
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(folder))
    settings.cache_clear()
    why = "purpose: weten wat er speelt, legal_basis: publieke taak, retention_days: 9, audience: de redactie"
    (folder / "sources.yaml").write_text(
        f"sources:\n  - {{id: suite, name: De suite, kind: files, channel: webcare, path: inbox/*, {why}}}\n"
    )
    inbox = settings().data / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "week 47.csv").write_text(EXPORT)
    due_sources(NOW)
    listen("suite", NOW)
    return "/bronnen/suite"


def test_a_waiting_export_is_shown_as_it_would_be_stored_and_confirmed_with_one_button(
    export: str, session: Session, as_person: SignIn
) -> None:
    newsroom = as_person("redactie")
    assert "week 47.csv" in newsroom.get("/bronnen").text
    page = newsroom.get(f"{export}/kolommen?bestand={quote('week 47.csv')}").text
    assert "Bel [telefoon], &lt;b&gt;bak&lt;/b&gt; vol" in page and "piet" not in page
    confirm = dict(fields_of(page.split("<form")[1]))
    assert newsroom.post(f"{export}/kolommen", data=confirm).headers["location"] == f"{export}?bevestigd=true"
    mapping = session.scalars(select(ColumnMapping)).one()
    assert mapping.columns["text"] == "Bericht" and mapping.confirmed_at == NOW
    assert listen("suite", NOW).added == 1
    page = newsroom.get(f"{export}?bevestigd=true").text
    assert "De kolommen zijn bevestigd" in page and "redactie" in page and "wacht tot iemand" not in page


def test_other_columns_can_be_chosen_and_are_shown_first(export: str, session: Session, as_person: SignIn) -> None:
    newsroom = as_person("beheer")
    page = newsroom.get(f"{export}/kolommen?bestand=week+47.csv&date=Geplaatst+op&text=Reactie&text2=Bericht&private=").text
    assert "Dank, wij komen\nBel [telefoon]" in page and ">privé<" not in page
    newsroom.post(f"{export}/kolommen", data=fields_of(page.split("<form")[1]))
    assert session.scalars(select(ColumnMapping.columns)).one() == {"text": ["Reactie", "Bericht"], "date": "Geplaatst op"}


def test_what_cannot_be_confirmed_is_refused_kindly(export: str, as_person: SignIn) -> None:
    newsroom = as_person("redactie")
    address = f"{export}/kolommen"
    form = fields_of(newsroom.get(f"{address}?bestand=week+47.csv").text.split("<form")[1])
    nothing = newsroom.post(address, data=form | {"text": "", "date": ""})
    assert nothing.status_code == 422 and "Kies in welke kolom de tekst staat" in nothing.text
    assert newsroom.post(address, data=form | {"kop": "anders"}).status_code == 422
    assert newsroom.post(address, data=form | {"_csrf": "x"}).status_code == 403
    assert newsroom.get(f"{address}?bestand=../../etc/passwd").status_code == 422
    assert newsroom.get("/bronnen/meldingen/kolommen?bestand=a.csv").status_code == 422, "no longer in sources.yaml"


def test_a_department_neither_sees_the_rows_of_an_export_nor_confirms_them(export: str, session: Session, as_person: SignIn) -> None:
    samira = as_person("Samira")
    page = samira.get(export).text
    assert "wacht tot iemand bevestigt" in page and "Bekijk het voorstel" not in page
    assert samira.get(f"{export}/kolommen?bestand=week+47.csv").status_code == 403
    form = {"_csrf": fields_of(samira.get("/tickets/1").text)["_csrf"], "bestand": "week 47.csv"}
    assert samira.post(f"{export}/kolommen", data=form).status_code == 403
    assert session.scalar(select(func.count()).select_from(ColumnMapping)) == 0


def test_patience_and_silence_are_told(seeded: Session, as_person: SignIn) -> None:
    blog = seeded.get_one(Source, "wijkblog")
    blog.failures, blog.open_since, blog.next_read_at = 7, NOW - timedelta(hours=5), NOW + timedelta(hours=2)
    for back in range(3, 28):
        at = NOW - timedelta(days=back)
        seeded.add_all(
            Message(source_id="wijkblog", channel=blog.channel, text="x", author=None, published_at=at, received_at=at) for _ in range(8)
        )
    seeded.commit()
    for address in ("/bronnen", "/bronnen/wijkblog"):
        page = as_person("redactie").get(address).text
        assert "Buiten werking sinds" in page and "na 7 mislukte lezingen" in page
        assert "Hoort al 3 dagen niets, gewoonlijk 7 per dag." in page


def weekdays(count: int, until: int) -> dict[date, int]:
    """Messages on working days only, the last of them `until` days ago."""
    days = (TODAY - timedelta(days=back) for back in range(until, 35))
    return {day: count for day in days if day.weekday() < 5}


def test_a_weekend_is_no_silence_and_three_working_days_are() -> None:
    monday = TODAY - timedelta(days=3)
    until_friday = {day: n for day, n in weekdays(30, 4).items() if day < monday}
    assert silent_days(until_friday, monday) == 0
    assert silent_days(weekdays(30, 3), TODAY) == 3
    assert silent_days(weekdays(2, 3), TODAY) == 0, "two a day may well be none"


@given(st.dictionaries(st.integers(0, 40), st.integers(0, 50)))
def test_silence_is_never_told_of_a_source_that_spoke_yesterday_or_never(counts: dict[int, int]) -> None:
    heard = {TODAY - timedelta(days=back): count for back, count in counts.items()}
    silent = silent_days(heard, TODAY)
    assert silent == 0 or not any(heard.get(TODAY - timedelta(days=back)) for back in range(silent))
    assert silent_days({}, TODAY) == 0 and silent_days(heard | {TODAY - timedelta(days=1): 3}, TODAY) == 0
