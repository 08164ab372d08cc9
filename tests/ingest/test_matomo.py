"""Matomo's Reporting API, on loopback in its documented shapes: what is asked, what comes back, and everything that goes wrong."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.matomo import reports
from ingest.matomo.answer import Fault, MatomoError, Received, read
from ingest.matomo.client import AsyncClient, Client, Place
from ingest.matomo.fetch import AT_ONCE, CHANGES_FOR, days_due, fetch_due
from ingest.matomo.question import Period
from launcher.counted import create_counted
from models import MeasuredDay
from models.measure import figure_by_day, split_between
from models.settings import settings
from outside.errors import RequestRefused
from tests.faults.town import serving as serving_app
from tests.ingest.conftest import Answer, Asked, Post, Site
from tests.ports import free_ports

TOKEN = "0123456789abcdef0123456789abcdef"
DAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
NO_TOKEN = {"result": "error", "message": "Unable to authenticate with the provided token. It is either invalid or expired."}


def said(asked: Asked) -> dict[str, str]:
    return dict(parse_qsl(asked.body.decode()))


def questions(asked: Asked) -> list[dict[str, str]]:
    """What a bulk request asks, in order."""
    form = said(asked)
    return [dict(parse_qsl(form[f"urls[{number}]"])) for number in range(sum(name.startswith("urls[") for name in form))]


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    with Client(Place(f"{site.url}/index.php", TOKEN, allow_private=True), sleep=lambda _: None) as opened:
        yield opened


def test_the_token_is_in_the_body_and_nowhere_else(site: Site, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    site.say["/index.php"] = Answer.json(NO_TOKEN)
    with pytest.raises(MatomoError) as refused:
        list(client.rows(reports.pages(1, DAY)))
    (asked,) = site.asked
    assert said(asked)["token_auth"] == TOKEN
    assert (asked.method, asked.query) == ("POST", "")
    assert TOKEN not in str(asked.headers) + str(refused.value) + caplog.text + repr(Place(site.url, TOKEN))
    assert refused.value.fault is Fault.TOKEN


def test_a_report_is_read_page_by_page(site: Site, client: Client) -> None:
    def pages(asked: Asked) -> Answer:
        form = said(asked)
        begin, limit = int(form["filter_offset"]), int(form["filter_limit"])
        return Answer.json([{"label": f"/pagina/{n}", "nb_hits": n} for n in range(1205)][begin : begin + limit])

    site.say["/index.php"] = pages
    read_pages = reports.read_as(reports.Labelled, client.rows(reports.pages(1, DAY), limit=500))
    assert (len(read_pages), read_pages[-1].label, len(site.asked)) == (1205, "/pagina/1204", 3)


def test_segments_periods_and_ranges_are_asked_as_matomo_writes_them(site: Site, client: Client) -> None:
    site.say["/index.php"] = Answer.json({"2026-11-16": {"nb_visits": 7}, "2026-11-17": [], "2026-11-18": {"nb_visits": 9}})
    told = client.periods(reports.visits(3, date(2026, 11, 16), DAY, Period.DAY, "deviceType==smartphone"))
    form = said(site.asked[0])
    assert (form["idSite"], form["period"], form["date"]) == ("3", "day", "2026-11-16,2026-11-18")
    assert form["segment"] == "deviceType==smartphone"
    assert [len(rows) for rows in told.values()] == [1, 0, 1]


def test_several_reports_go_in_one_request_and_one_that_is_refused_spoils_no_other(site: Site, client: Client) -> None:
    site.say["/index.php"] = Answer.json(
        [{"nb_visits": 12}, {"result": "error", "message": "The method 'Events.getCategory' does not exist"}, []]
    )
    good, refused, empty = client.together([reports.visits(1, DAY), reports.events(1, DAY), reports.searches(1, DAY)])
    assert (good, empty) == ([{"nb_visits": 12}], [])
    assert isinstance(refused, MatomoError)
    assert refused.fault is Fault.QUESTION
    assert all("token_auth" not in question for question in questions(site.asked[0]))


@pytest.mark.parametrize(
    "first",
    [
        Answer(b"", 503),
        Answer(b"<html>Fatal error</html>", 200),
        Answer(b'[{"label": "/pag', 200),
        Answer(b'[{"label": "/pagina", "nb_hits": 1}]', 200, cut=9),
        Answer.json({"result": "error", "message": "The report is still being archived"}),
        Answer.json({"result": "error"}, 429, Retry_After="2"),
    ],
    ids=["503", "HTML instead of JSON", "half an answer", "a cut line", "still archiving", "too busy"],
)
def test_what_may_work_later_is_asked_again(site: Site, client: Client, first: Answer) -> None:
    answers = iter([first, Answer.json([{"label": "/pagina", "nb_hits": 1}])])
    site.say["/index.php"] = lambda _: next(answers)
    assert len(list(client.rows(reports.pages(1, DAY)))) == 1


def test_a_matomo_that_stays_down_is_given_up_on_after_four_attempts(site: Site, client: Client) -> None:
    site.say["/index.php"] = Answer(b"", 503)
    with pytest.raises(MatomoError, match="antwoordt 503"):
        list(client.rows(reports.pages(1, DAY)))
    assert len(site.asked) == 4


def test_a_wrong_question_is_asked_once(site: Site, client: Client) -> None:
    site.say["/index.php"] = Answer.json({"result": "error", "message": "An unexpected website was found in the request"}, 400)
    with pytest.raises(MatomoError, match="weigert de vraag"):
        list(client.rows(reports.pages(9, DAY)))
    assert len(site.asked) == 1


def test_a_private_address_is_asked_only_where_that_is_said(site: Site) -> None:
    with Client(Place(f"{site.url}/index.php", TOKEN)) as client, pytest.raises(RequestRefused, match="eigen netwerk"):
        list(client.rows(reports.pages(1, DAY)))
    assert site.asked == []


def test_a_redirect_does_not_take_the_token_along(site: Site, client: Client) -> None:
    site.say["/index.php"] = Answer(b"", 302, {"Location": f"{site.url}/elders"})
    with pytest.raises(MatomoError):
        list(client.rows(reports.pages(1, DAY)))
    assert {asked.path for asked in site.asked} == {"/index.php"}


def test_an_endless_answer_is_cut_off(site: Site, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.matomo.client.MAX_BODY", 1000)
    site.say["/index.php"] = Answer(b"[" + b" " * 5000)
    with pytest.raises(RequestRefused, match="groter dan"):
        list(client.rows(reports.pages(1, DAY)))


def test_the_client_that_does_not_wait_says_and_hears_the_same(site: Site) -> None:
    answers = iter([Answer(b"", 503), Answer.json([{"label": "/a", "nb_hits": 1}] * 2), Answer.json([{"label": "/b", "nb_hits": 4}])])
    site.say["/index.php"] = lambda _: next(answers)

    async def all_rows() -> list[dict[str, Any]]:
        async with AsyncClient(Place(f"{site.url}/index.php", TOKEN, allow_private=True), sleep=lambda _: asyncio.sleep(0)) as client:
            return [row async for row in client.rows(reports.pages(1, DAY), limit=2)]

    with ThreadPoolExecutor(1) as thread:
        rows = thread.submit(asyncio.run, all_rows()).result()
    assert [row["label"] for row in rows] == ["/a", "/a", "/b"]
    assert [said(asked)["filter_offset"] for asked in site.asked] == ["0", "0", "2"]


@pytest.mark.parametrize(
    "row",
    [
        {"nb_visits": 12, "nb_uniq_visitors": 9, "nb_actions": 30},
        {"nb_visits": "12", "nb_uniq_visitors": None, "bounce_rate": "33%", "max_actions": "7"},
        {"nb_visits": 12.0, "nb_uniq_visitors": False, "nb_visits_new": 3, "metadata": {"logo": "x.png"}},
    ],
    ids=["version 5", "version 4", "with what we do not know"],
)
def test_both_versions_tell_their_visits(row: dict[str, Any]) -> None:
    (visits,) = reports.read_as(reports.Visits, [row])
    assert visits.nb_visits == 12


def test_an_answer_to_another_question_is_no_report() -> None:
    with pytest.raises(MatomoError, match="ander rapport"):
        reports.read_as(reports.Labelled, [{"idvisit": "7", "visitIp": "10.0.0.1"}])


@given(st.binary(max_size=200), st.integers(100, 599))
def test_whatever_comes_back_is_an_answer_or_a_told_mistake(body: bytes, status: int) -> None:
    try:
        read(Received(status, body))
    except MatomoError as error:
        assert error.mend


@given(st.dictionaries(st.integers(1, 500).map(lambda back: DAY - timedelta(days=back)), st.booleans()), st.integers(1, 400))
def test_what_is_due_are_the_newest_unsettled_days_before_today(known: dict[date, bool], back: int) -> None:
    first = DAY - timedelta(days=back)
    due = days_due(known, first, DAY)
    assert due == sorted(due, reverse=True)
    assert len(due) <= AT_ONCE
    assert all(first <= day < DAY and not known.get(day) for day in due)
    missing = [day for n in range(1, back + 1) if not known.get(day := DAY - timedelta(days=n))]
    assert due == missing[:AT_ONCE]


Matomo = Callable[[Callable[[dict[str, str]], Any]], None]


@pytest.fixture
def matomo(post: Post, site: Site, monkeypatch: pytest.MonkeyPatch) -> Matomo:
    """A municipality with one site in Matomo; a test says what Matomo answers to each question."""
    monkeypatch.setenv("MATOMO_TOKEN", TOKEN)
    file = {
        "url": f"{site.url}/index.php",
        "token": {"env": "MATOMO_TOKEN"},
        "allow_private": True,
        "since": "2026-11-10",
        "sites": [{"id": 1, "name": "rivierstad.example", "goals": {3: "melding gedaan"}}],
    }
    with (post.folder / "matomo.yaml").open("w", encoding="utf-8") as written:
        YAML(typ="safe").dump(file, written)

    def answers(each: Callable[[dict[str, str]], Any]) -> None:
        site.say["/index.php"] = lambda asked: Answer.json([each(question) for question in questions(asked)])

    return answers


def ordinary(question: dict[str, str]) -> Any:
    day = question["date"]
    match question["method"]:
        case "VisitsSummary.get":
            return {"nb_visits": int(day[-2:]), "nb_actions": 100}
        case "Referrers.getCampaigns":
            return [{"label": f"dagbericht-reiniging-{day}", "nb_visits": 2}, {"label": "nieuwsbrief", "nb_visits": 40}]
        case "Goals.get":
            return {"nb_conversions": 5}
        case "Events.getCategory":
            return {"result": "error", "message": "The plugin Events is not enabled."}
        case _:
            return []


def measured(session: Session) -> dict[date, bool]:
    session.rollback()
    return dict(session.execute(select(MeasuredDay.day, MeasuredDay.settled)).all())


def test_every_day_is_kept_and_the_last_ones_are_asked_again(matomo: Matomo, post: Post, site: Site) -> None:
    matomo(ordinary)
    assert fetch_due(NOW).days == 9
    kept = measured(post.session)
    assert min(kept) == date(2026, 11, 10)
    assert [day for day, settled in sorted(kept.items()) if not settled] == [DAY - timedelta(days=n) for n in reversed(range(CHANGES_FOR))]
    site.asked.clear()
    assert fetch_due(NOW + timedelta(hours=3)).days == CHANGES_FOR
    assert {question["date"] for asked in site.asked for question in questions(asked)} == {"2026-11-16", "2026-11-17", "2026-11-18"}


def test_figures_are_told_by_day_by_campaign_and_by_goal(matomo: Matomo, post: Post) -> None:
    matomo(ordinary)
    fetch_due(NOW)
    fetch_due(NOW)
    session, first = post.session, date(2026, 11, 17)
    assert figure_by_day(session, "matomo", "visits", first, DAY) == {first: 17.0, DAY: 18.0}
    assert figure_by_day(session, "matomo", "campaign_visits", first, DAY, beginning="dagbericht-reiniging-") == {first: 2.0, DAY: 2.0}
    assert [tuple(row) for row in split_between(session, "matomo", "goal_conversions", first, DAY, 5)] == [("melding gedaan", 10.0)]


def test_a_day_that_grew_is_replaced_not_added(matomo: Matomo, post: Post) -> None:
    matomo(ordinary)
    fetch_due(NOW)
    matomo(lambda question: {"nb_visits": 1000} if question["method"] == "VisitsSummary.get" else [])
    fetch_due(NOW)
    assert figure_by_day(post.session, "matomo", "visits", DAY, DAY) == {DAY: 1000.0}
    assert figure_by_day(post.session, "matomo", "campaign_visits", DAY, DAY) == {DAY: 0.0}


def test_a_week_away_leaves_a_gap_and_is_filled_later(matomo: Matomo, post: Post, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client.__init__, "__defaults__", (lambda _: None,))
    matomo(ordinary)
    fetch_due(NOW)
    later = NOW + timedelta(days=7)
    site.say["/index.php"] = Answer(b"", 503)
    away = fetch_due(later)
    assert away.days == 0
    assert "antwoordt 503" in away.problems[0]
    gap = figure_by_day(post.session, "matomo", "visits", DAY, DAY + timedelta(days=7))
    assert list(gap) == [DAY], "a day that was never asked for is no zero"
    matomo(ordinary)
    assert fetch_due(later).days == 7 + CHANGES_FOR
    assert len(figure_by_day(post.session, "matomo", "visits", DAY, DAY + timedelta(days=7))) == 8


def test_a_day_whose_sums_are_not_made_yet_is_not_taken_for_silence(matomo: Matomo, post: Post) -> None:
    matomo(lambda _: [])
    fetch_due(NOW)
    assert not any(measured(post.session).values()), "without a visit no day of the last two weeks is settled"


def test_a_missing_token_is_told_with_its_place_and_asks_nothing(
    matomo: Matomo, post: Post, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATOMO_TOKEN")
    assert "MATOMO_TOKEN" in fetch_due(NOW).problems[0]
    assert site.asked == []


def test_a_municipality_without_matomo_has_nothing_to_fetch(post: Post) -> None:
    assert fetch_due(NOW) == fetch_due(NOW + timedelta(days=1))
    assert fetch_due(NOW).days == 0


def test_the_examples_own_matomo_answers_as_the_real_one(post: Post) -> None:
    from fastapi import FastAPI

    app = FastAPI()
    app.include_router(create_counted(["reiniging"], lambda: TOKEN))
    (port,) = free_ports(1)
    with serving_app(app, port), closing(post.session):
        (settings().keys).mkdir(parents=True, exist_ok=True)
        (settings().keys / "matomo-token").write_text(TOKEN)
        file = {
            "url": f"http://127.0.0.1:{port}/matomo/index.php",
            "token": {"file": "${data}/keys/matomo-token"},
            "allow_private": True,
            "since": "2026-11-12",
            "sites": [{"id": 1, "name": "stad", "goals": {1: "melding"}}, {"id": 2, "name": "denkmee", "participation": True}],
        }
        (post.folder / "matomo.yaml").write_text(json.dumps(file))
        fetched = fetch_due(NOW)
        assert (fetched.days, fetched.problems) == (14, ())
        assert all(figure_by_day(post.session, "matomo", "visits", date(2026, 11, 12), DAY, site="2").values())
        assert sum(figure_by_day(post.session, "matomo", "campaign_visits", date(2026, 11, 12), DAY, beginning="dagbericht-").values()) > 0
