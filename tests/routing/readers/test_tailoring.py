"""A digest as one reader wants it."""

from models.words import DigestKind
from routing.digests.content import Line, Section
from routing.readers.subscribing import Wishes
from routing.readers.tailoring import tailor
from tests.routing.readers.conftest import content, story

BAGS = story(1, "afval/bijplaatsing", "havenkwartier", "oude-haven", title="Zakken naast containers in Havenkwartier")
LAMP = story(2, "openbare-verlichting/lamp-kapot", "bloemenwijk", title="Lantaarn kapot in Bloemenwijk")
FULL = story(3, "afval/container-vol", "bloemenwijk", rises=False)


def test_without_wishes_a_digest_stays_as_it_is() -> None:
    told = content(BAGS, LAMP)
    assert tailor(told, Wishes()) is told


def test_a_theme_takes_all_its_sub_themes() -> None:
    tailored = tailor(content(LAMP, BAGS, FULL), Wishes(themes=["afval"]))
    assert tailored is not None
    assert tailored.stories == (BAGS, FULL)
    assert tailored.ask == BAGS.ask
    assert tailored.subject == "Zakken naast containers in Havenkwartier"
    assert tailored.opening == "2 onderwerpen van de 3 van vandaag gaan over wat u koos."


def test_the_lead_keeps_its_subject_where_it_stays_the_lead() -> None:
    told = content(BAGS, LAMP)
    tailored = tailor(told, Wishes(themes=["afval/bijplaatsing"]))
    assert tailored is not None
    assert (tailored.subject, tailored.ask, tailored.rising) == (told.subject, told.ask, ())
    assert tailored.opening == "1 onderwerp van de 2 van vandaag gaat over wat u koos."


def test_a_place_takes_what_is_about_it_and_leaves_what_names_none() -> None:
    tailored = tailor(content(BAGS, LAMP, story(4)), Wishes(places=["bloemenwijk"]))
    assert tailored is not None
    assert tailored.stories == (LAMP,)


def test_a_day_without_anything_chosen_says_so_in_a_line() -> None:
    tailored = tailor(content(BAGS), Wishes(themes=["belastingen"]))
    assert tailored is not None
    assert (tailored.lead, tailored.ask, tailored.subject) == (None, None, "Rustig: niets over wat u koos")
    assert tailored.not_heard == content(BAGS).not_heard


def test_who_wants_only_what_rises_gets_nothing_on_a_calm_day() -> None:
    assert tailor(content(FULL), Wishes(only_rising=True)) is None
    assert tailor(content(), Wishes(only_rising=True)) is None
    assert tailor(content(FULL, BAGS), Wishes(only_rising=True)) is not None
    assert tailor(content(FULL, BAGS), Wishes(only_rising=True, places=["bloemenwijk"])) is None
    assert tailor(content(story(5, urgent=True, rises=False)), Wishes(only_rising=True)) is not None


def test_a_weekly_report_comes_also_when_nothing_rises() -> None:
    assert tailor(content(FULL, kind=DigestKind.WEEKLY), Wishes(only_rising=True)) is not None


def test_lines_about_what_was_left_out_go_too() -> None:
    section = Section(
        heading="Het hardst gestegen", lines=(Line(text="Zakken", signal_id=1), Line(text="Lamp", signal_id=2), Line(text="Alles"))
    )
    other = Section(heading="Lampen", lines=(Line(text="Lamp", signal_id=2),))
    tailored = tailor(content(BAGS, LAMP).model_copy(update={"sections": (section, other)}), Wishes(themes=["afval"]))
    assert tailored is not None
    assert [[line.text for line in one.lines] for one in tailored.sections] == [["Zakken", "Alles"]]
