"""The pages in a real browser: no violation that axe can find, no complaint of the browser, and a morning by keyboard."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from sqlalchemy.orm import Session

from dashboards.people.accounts import sign_in_link
from dashboards.trends.question import View
from models.settings import ROOT
from models.words import Role
from tests.conftest import NOW
from tests.dashboards.conftest import PEOPLE, SignIn
from tests.dashboards.routes import NOT_OPENED, filled, pages

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN = """async only => (await axe.run({resultTypes: ['violations'], preload: false, ...only.length && {runOnly: only}}))
    .violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | '))"""
STATES = (
    *(
        "/?weergave=presentatie /signalen/1?alles=true /afdelingen/reiniging?ticket=1 /afdelingen/reiniging?stand=afgehandeld "
        "/tickets/1?zoek=lantaarn /tickets/2 /trends?thema=afval&per=week&dagen=91 /trends?plek=haven&toon=neutraal&met=centrum "
        "/trends?thema=onzin /zoeken?q=container /zoeken?q=containner /post/3 /beoordelen?bericht=1 /nergens"
    ).split(),
    *(f"/trends?beeld={view}" for view in View if view),
)
"""Pages in another state than their bare address shows."""
LETTERS = {"/post/{delivery_id}/html", "/dagberichten/{digest_id}/html"}
"""Shown as they were sent, where no script may run."""
LOOKS: tuple[tuple[ViewportSize, Literal["light", "dark"], list[str]], ...] = (
    ({"width": 320, "height": 640}, "light", []),
    ({"width": 1920, "height": 1080}, "dark", []),
    ({"width": 320, "height": 640}, "dark", ["color-contrast", "link-in-text-block"]),
    ({"width": 1920, "height": 1080}, "light", ["color-contrast", "link-in-text-block", "target-size"]),
)
"""Size, colours, and the rules that size or colours can break; everything else is the same in the first two."""


@pytest.fixture
def everything(app: FastAPI, as_person: SignIn) -> list[str]:
    """Every page there is, of every route that shows one to the administrator, and in the other states."""
    looking = as_person("beheer")
    shut = NOT_OPENED | LETTERS
    bare = dict.fromkeys(filled(route) for route in pages(app) if "GET" in route.methods and route.path not in shut)
    shown = [path for path in bare if looking.get(path).headers.get("content-type", "").startswith("text/html")]
    assert len(shown) > 40
    return [*shown, *STATES]


@contextmanager
def signed_in_as(name: str, browser: Browser, address: str, session: Session) -> Iterator[BrowserContext]:
    """The browser of one of PEOPLE, who came in by a link."""
    link = sign_in_link(session, name, *PEOPLE[name], NOW)
    session.commit()
    context = browser.new_context(base_url=address, locale="nl-NL")
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url("**/")
    page.close()
    yield context
    context.close()


@pytest.fixture
def signed_in(browser: Browser, address: str, seeded: Session) -> Iterator[BrowserContext]:
    with signed_in_as("Samira", browser, address, seeded) as context:
        yield context


@pytest.fixture
def administrator(browser: Browser, address: str, seeded: Session) -> Iterator[BrowserContext]:
    with signed_in_as("beheer", browser, address, seeded) as context:
        yield context


def test_axe_finds_nothing_on_any_page_light_or_dark_narrow_or_wide(administrator: BrowserContext, everything: list[str]) -> None:
    page = administrator.new_page()
    found = []
    for path in everything:
        page.goto(path)
        page.evaluate(AXE)
        page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        for size, scheme, only in LOOKS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            found += [f"{path} {size['width']} {scheme} {violation}" for violation in page.evaluate(RUN, only)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} is wider than {size['width']}")
    assert not found, "\n".join(found)


def test_the_browser_has_nothing_to_complain_about(administrator: BrowserContext, everything: list[str]) -> None:
    page = administrator.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{page.url} {message.text}") if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
    for path in everything:
        before, answer = len(complaints), page.goto(path)
        if answer is None or not answer.ok:
            del complaints[before:]  # that a page is not there is a complaint too
    page.goto("/trends")
    page.locator(".stage canvas").wait_for()
    page.locator(".stage canvas").hover()
    assert complaints == []


def test_a_question_is_answered_without_reloading(signed_in: BrowserContext) -> None:
    page = signed_in.new_page()
    page.goto("/trends")
    page.evaluate("() => { window.stayed = true }")
    page.get_by_label("Thema").select_option("afval")
    page.wait_for_url("**thema=afval**")
    page.get_by_text("62 berichten").wait_for()
    assert page.evaluate("window.stayed")


def test_the_stand_up_is_walked_by_keyboard_to_a_ticket_that_is_taken_on(signed_in: BrowserContext) -> None:
    page = signed_in.new_page()
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/signalen/1")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/1")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.get_by_text("Opgepakt").first.wait_for()


def test_everything_works_without_javascript(browser: Browser, address: str, seeded: Session) -> None:
    link = sign_in_link(seeded, "Samira", Role.DEPARTMENT, "reiniging", NOW)
    seeded.commit()
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    page.locator("button[type=submit]").click()
    page.goto("/trends?thema=afval")
    image = page.locator(".chart img")
    assert image.is_visible()
    page.goto("/tickets/1")
    page.locator("summary", has_text="Afhandelen").click()
    page.locator("#afhandelen").fill("De pasjes werken weer.")
    page.locator("form[action$=afhandelen] button").click()
    assert "De pasjes werken weer." in page.content()
    context.close()


def test_the_stand_up_fits_on_one_sheet_of_paper(signed_in: BrowserContext) -> None:
    page: Page = signed_in.new_page()
    page.goto("/")
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 1
