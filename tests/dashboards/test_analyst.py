"""The analyst's morning in a real browser: is this rise real, where, since when, compared with what?"""

from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from dashboards.people.accounts import sign_in_link
from models.words import Role
from tests.conftest import NOW


def test_an_analyst_follows_a_rise_from_the_line_to_what_people_wrote_and_keeps_the_question(
    browser: Browser, address: str, seeded: Session
) -> None:
    link = sign_in_link(seeded, "Anouk", Role.ANALYST, None, NOW)
    seeded.commit()
    page = browser.new_context(base_url=address, locale="nl-NL").new_page()
    page.goto(link)
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url("**/")
    page.goto("/trends")
    page.get_by_label("Thema").select_option("afval")
    page.wait_for_url("**thema=afval**")
    page.get_by_text("62 berichten").wait_for()
    page.locator("#waar").locator("..").get_by_role("link", name="Havenkwartier").click()
    page.wait_for_url("**plek=havenkwartier**")
    page.get_by_role("link", name="Dag en uur").click()
    page.get_by_text("buiten kantooruren").wait_for()
    page.get_by_role("link", name="Verloop").click()
    page.get_by_role("heading", name="De laatste berichten").wait_for()
    page.get_by_text("Als tabel").click()
    with page.expect_download() as file:
        page.locator(".chart").get_by_role("link", name="Excel").click()
    assert file.value.suggested_filename.endswith(".xlsx")
    page.get_by_label("Naam", exact=True).fill("Zakken in Havenkwartier")
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("link", name="Zakken in Havenkwartier").click()
    page.wait_for_url("**plek=havenkwartier**")
