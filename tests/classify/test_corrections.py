"""What a person says holds at once, outlives the next model, goes with the words it is about, and is learned from."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from classify.corrections import CorrectionError, Judgement, correct, correct_story, overrule, taught, words_seen
from models import Annotation, AnnotationPlace, AnnotationTheme, Correction, Message
from models.annotation import replace_annotations
from models.correction import disputed, learned_since, said_of, unjudged_since
from models.municipality import Municipality
from models.words import Kind, Verdict
from tests.classify.heard import colleague, resident_writes, story_of
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("town")
NOISE = "overlast/geluid-buren"


@pytest.fixture
def samira(session: Session) -> int:
    return colleague(session)


def judged(session: Session, message: Message, by: int, judgement: Judgement, minutes: int = 0) -> None:
    correct(session, message.id, words_seen(message.text), judgement, by, NOW + timedelta(minutes=minutes))
    session.commit()


def themes(session: Session, message: Message) -> list[tuple[str, float]]:
    query = select(AnnotationTheme.sub, AnnotationTheme.probability).where(AnnotationTheme.message_id == message.id)
    return [(row.sub, row.probability) for row in session.execute(query.order_by(AnnotationTheme.rank))]


def test_a_correction_overrules_the_annotation_at_once_and_the_message_looks_for_another_signal(session: Session, samira: int) -> None:
    message = resident_writes(session, "weer die herrie bij de containers")
    judged(session, message, samira, Judgement(Verdict.WRONG, (NOISE, "afval/bijplaatsing")))
    session.expire_all()
    assert themes(session, message) == [(NOISE, 1.0), ("afval/bijplaatsing", 1.0)]
    assert session.get_one(Annotation, message.id).guesses == {NOISE: 1.0}
    assert session.get_one(Annotation, message.id).reasons == []
    assert session.get_one(Message, message.id).grouping_due


def test_none_of_these_leaves_no_theme(session: Session, samira: int) -> None:
    message = resident_writes(session, "mooie wedstrijd gisteren")
    judged(session, message, samira, Judgement(Verdict.WRONG, ()))
    assert themes(session, message) == []
    assert session.get_one(Annotation, message.id, populate_existing=True).guesses == {"none": 1.0}


def test_a_confirmed_theme_is_sure_and_keeps_its_reasons(session: Session, samira: int) -> None:
    message = resident_writes(session, "zakken naast de container", probability=0.5)
    judged(session, message, samira, Judgement(Verdict.RIGHT, ("afval/bijplaatsing",)))
    assert themes(session, message) == [("afval/bijplaatsing", 1.0)]
    assert session.get_one(Annotation, message.id, populate_existing=True).reasons != []


def test_what_a_next_model_says_does_not_overwrite_it(session: Session, samira: int) -> None:
    message = resident_writes(session, "weer die herrie bij de containers")
    judged(session, message, samira, Judgement(Verdict.WRONG, (NOISE,), kind=Kind.COMPLAINT, urgent=True))
    newer = Annotation(
        message_id=message.id,
        model="nieuw",
        language="nl",
        kind=Kind.QUESTION,
        tone=0,
        urgency=0.0,
        annotated_at=NOW,
        guesses={},
        reasons=[],
    )
    again = AnnotationTheme(message_id=message.id, rank=0, theme="afval", sub="afval/bijplaatsing", probability=0.99)
    replace_annotations(session, [message.id], [newer, again])
    overrule(session, [message.id])
    session.commit()
    annotation = session.get_one(Annotation, message.id, populate_existing=True)
    assert themes(session, message) == [(NOISE, 1.0)]
    assert (annotation.model, annotation.kind, annotation.urgency) == ("nieuw", Kind.COMPLAINT, 1.0)


def test_of_each_aspect_the_newest_word_holds(session: Session, samira: int) -> None:
    message = resident_writes(session, "herrie op de kade")
    judged(session, message, samira, Judgement(Verdict.WRONG, (NOISE,), urgent=True))
    judged(session, message, colleague(session, "Joost"), Judgement(Verdict.WRONG, places=("oude-haven",)), minutes=5)
    judged(session, message, samira, Judgement(Verdict.WRONG, urgent=False), minutes=9)
    said = said_of(session, [message.id])[message.id]
    assert (said.themes, said.places, said.urgent) == ((NOISE,), ("oude-haven",), False)


def test_a_wrong_place_is_replaced_and_a_right_one_stays_marked_in_the_text(session: Session, samira: int) -> None:
    wrong = resident_writes(session, "op de Markt ligt rommel", place="bloemenwijk")
    right = resident_writes(session, "op Kastanjelaan ligt rommel", place="spoorzicht/kastanjelaan")
    judged(session, wrong, samira, Judgement(Verdict.WRONG, places=("oude-haven",)))
    judged(session, right, samira, Judgement(Verdict.WRONG, places=("spoorzicht", "oude-haven")))
    places = session.execute(
        select(AnnotationPlace.message_id, AnnotationPlace.area, AnnotationPlace.start, AnnotationPlace.end).order_by(
            AnnotationPlace.message_id, AnnotationPlace.area
        )
    ).all()
    assert [tuple(row) for row in places] == [
        (wrong.id, "oude-haven", 0, 0),
        (right.id, "oude-haven", 0, 0),
        (right.id, "spoorzicht", 2, 5),
    ]


def test_no_place_at_all_can_be_said(session: Session, samira: int) -> None:
    message = resident_writes(session, "op de Markt ligt rommel", place="bloemenwijk")
    judged(session, message, samira, Judgement(Verdict.WRONG, places=()))
    assert session.scalars(select(AnnotationPlace)).all() == []


def test_a_deleted_message_takes_along_what_was_said_about_it(session: Session, samira: int) -> None:
    message = resident_writes(session, "weer die herrie")
    judged(session, message, samira, Judgement(Verdict.WRONG, (NOISE,), why="Mevrouw belde er ook over"))
    judged(session, message, samira, Judgement(Verdict.RIGHT, (NOISE,)), minutes=1)
    session.execute(update(Annotation).values(reasons=[{"start": 0, "end": 4, "adds": 1.0}]))
    session.execute(update(Message).values(text="", author=None, deleted_at=NOW))
    session.commit()
    assert session.scalars(select(Correction)).all() == []
    assert session.scalars(select(Annotation.reasons)).all() == [[]]
    assert taught(session) == []


def test_other_words_make_a_correction_outdated_so_that_a_person_looks_again(session: Session, samira: int) -> None:
    message = resident_writes(session, "weer die herrie")
    judged(session, message, samira, Judgement(Verdict.WRONG, (NOISE,)))
    session.execute(update(Message).values(reach=7))
    assert said_of(session, [message.id]) != {}
    session.execute(update(Message).values(text="toch over het parkeren"))
    session.commit()
    assert said_of(session, [message.id]) == {}
    assert [row.id for row in unjudged_since(session, NOW - timedelta(days=1), 10)] == [message.id]


def test_a_message_that_changed_under_the_reader_is_not_judged(session: Session, samira: int) -> None:
    message = resident_writes(session, "weer die herrie")
    with pytest.raises(CorrectionError, match="intussen gewijzigd"):
        correct(session, message.id, words_seen("iets anders"), Judgement(Verdict.RIGHT, (NOISE,)), samira, NOW)
    with pytest.raises(CorrectionError, match="verwijderd"):
        correct(session, 999, "", Judgement(Verdict.RIGHT, ()), samira, NOW)


@pytest.mark.parametrize(
    "judgement",
    [
        Judgement(Verdict.WRONG, ("afval",)),
        Judgement(Verdict.WRONG, ("onzin/onzin",)),
        Judgement(Verdict.WRONG, places=("nergens",)),
    ],
)
def test_only_what_exists_can_be_chosen(session: Session, samira: int, judgement: Judgement) -> None:
    message = resident_writes(session, "weer die herrie")
    with pytest.raises(CorrectionError, match="bestaat niet"):
        correct(session, message.id, words_seen(message.text), judgement, samira, NOW)


def test_a_department_that_says_not_ours_is_asked_about_until_somebody_names_the_theme(session: Session, samira: int) -> None:
    one, other = resident_writes(session, "herrie op straat"), resident_writes(session, "lawaai in de nacht")
    story = story_of(session, one, other)
    correct_story(session, [one.id, other.id], story, Judgement(Verdict.NOT_OURS, why="Hoort bij Handhaving"), samira, NOW)
    session.commit()
    assert disputed(session, 10) == [one.id, other.id]
    assert themes(session, one) == [("afval/bijplaatsing", 0.7)]
    judged(session, one, samira, Judgement(Verdict.WRONG, (NOISE,)), minutes=1)
    assert disputed(session, 10) == [other.id]


def test_corrections_become_examples_and_a_story_stays_on_one_side(session: Session, samira: int) -> None:
    messages = [resident_writes(session, f"herrie nummer {n} op straat") for n in range(30)]
    story = story_of(session, *messages[:10])
    correct_story(session, [m.id for m in messages[:10]], story, Judgement(Verdict.NOT_OURS, (NOISE,)), samira, NOW)
    for message in messages[10:]:
        judged(session, message, samira, Judgement(Verdict.RIGHT, ("afval/bijplaatsing",), kind=Kind.OPINION, urgent=True))
    lessons = taught(session)
    assert len(lessons) == 30
    assert len({one.held_back for one in lessons if one.story == f"s{story}"}) == 1
    told = next(one.example for one in lessons if one.story.startswith("m"))
    assert (told.themes, told.kind, told.urgent, told.tone) == (("afval/bijplaatsing",), Kind.OPINION, True, -1)
    assert [one.held_back for one in lessons] == [one.held_back for one in taught(session)]


def test_what_was_learned_is_counted_by_message(session: Session, samira: int) -> None:
    right, wrong = resident_writes(session, "zakken"), resident_writes(session, "herrie")
    judged(session, right, samira, Judgement(Verdict.RIGHT, ("afval/bijplaatsing",)))
    judged(session, wrong, samira, Judgement(Verdict.WRONG, (NOISE,)))
    judged(session, wrong, samira, Judgement(Verdict.WRONG, (NOISE,)), minutes=1)
    learned = learned_since(session, NOW - timedelta(days=1))
    assert (learned.judged, learned.wrong) == (2, 1)
    assert learned_since(session, NOW + timedelta(days=1)).judged == 0


def test_a_message_that_still_waits_to_be_understood_is_overruled_when_it_is(session: Session, samira: int, town: Municipality) -> None:
    message = resident_writes(session, "weer die herrie")
    session.execute(update(Message).values(annotation_due=True))
    judged(session, message, samira, Judgement(Verdict.WRONG, (NOISE,)))
    assert not session.get_one(Message, message.id, populate_existing=True).grouping_due
