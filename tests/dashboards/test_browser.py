"""The pages in a real browser: no violation that axe can find, no complaint of the browser, and a morning by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session

from dashboards.people.accounts import sign_in_link
from models.settings import ROOT
from models.words import Role
from tests.conftest import NOW

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN = "async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | '))"
PAGES = (
    "/ /?weergave=presentatie /signalen /signalen/1 /signalen/1?alles=true /afdelingen /afdelingen/reiniging "
    "/afdelingen/reiniging?ticket=1 /afdelingen/reiniging?stand=afgehandeld /tickets/1 /tickets/1?zoek=lantaarn /tickets/2 "
    "/tickets/1/antwoord /antwoorden "
    "/trends /trends?thema=afval&per=week&dagen=91 /trends?thema=onzin /zoeken?q=container /zoeken?q=containner "
    "/bronnen /bronnen/meldingen /post /post/3 /dagberichten "
    "/dagberichten/1 /crisis /regels /beoordelen /beoordelen?bericht=1 /nergens /afmelden"
).split()
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1920, "height": 1080}


@pytest.fixture
def signed_in(browser: Browser, address: str, seeded: Session) -> Iterator[BrowserContext]:
    link = sign_in_link(seeded, "Samira", Role.DEPARTMENT, "reiniging", NOW)
    seeded.commit()
    context = browser.new_context(base_url=address, locale="nl-NL")
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url("**/")
    page.close()
    yield context
    context.close()


def test_axe_finds_nothing_light_or_dark_narrow_or_wide(signed_in: BrowserContext) -> None:
    page = signed_in.new_page()
    found = []
    for path in PAGES:
        page.goto(path)
        page.evaluate(AXE)
        page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        for size, scheme in ((NARROW, "light"), (WIDE, "dark")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{path} {size['width']} {scheme} {violation}" for violation in page.evaluate(RUN)]
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than {size['width']}"
    assert not found, "\n".join(found)


def test_the_browser_has_nothing_to_complain_about(signed_in: BrowserContext) -> None:
    page = signed_in.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{page.url} {message.text}") if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
    for path in (path for path in PAGES if path != "/nergens"):
        page.goto(path)
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
