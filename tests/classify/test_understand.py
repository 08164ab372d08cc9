"""Annotating what waits, on the real database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from classify import champion
from classify.corrections import Judgement, correct, words_seen
from classify.understand import understand
from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.database import engine, transaction
from models.message import Message
from models.municipality import Municipality
from models.source import Source
from models.words import Channel, Verdict
from tests.classify.heard import colleague

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def fresh(installed: Path, town: Municipality) -> Iterator[None]:
    champion.annotator_with.cache_clear()
    yield
    champion.annotator_with.cache_clear()


def message(session: Session, said: str, **other: object) -> Message:
    if session.get(Source, "facebook") is None:
        session.add(
            Source(
                id="facebook",
                name="Facebook",
                kind="files",
                channel=Channel.SOCIAL,
                purpose="p",
                legal_basis="b",
                retention_days=30,
                audience="public",
            )
        )
        session.flush()
    values = {"source_id": "facebook", "channel": Channel.SOCIAL, "text": said, "published_at": NOW, "received_at": NOW, **other}
    new = Message(**values)
    session.add(new)
    session.commit()
    return new


def test_a_message_gets_its_theme_place_and_model_and_waits_to_be_grouped(session: Session) -> None:
    bags = message(session, "Alweer zes vuilniszakken naast de ondergrondse container in de Kastanjelaan")
    assert understand(NOW) == 1
    session.refresh(bags)
    assert (bags.annotation_due, bags.grouping_due) == (False, True)
    theme = session.scalars(select(AnnotationTheme).where(AnnotationTheme.rank == 0)).one()
    assert (theme.theme, theme.sub) == ("afval", "afval/bijplaatsing")
    place = session.scalars(select(AnnotationPlace)).one()
    assert (place.place_id, place.area, bags.text[place.start : place.end]) == ("spoorzicht/kastanjelaan", "spoorzicht", "Kastanjelaan")
    assert session.scalars(select(Annotation.model)).one() == champion.annotator_in_use().model


def test_an_edited_message_is_annotated_anew_and_nothing_of_the_old_remains(session: Session) -> None:
    edited = message(session, "De lantaarnpaal in de Merelstraat is kapot")
    understand(NOW)
    session.refresh(edited)
    edited.text, edited.annotation_due = "Wanneer is het zwembad open?", True
    session.commit()
    assert understand(NOW) == 1
    session.expire_all()
    assert "openbare-verlichting" not in session.scalars(select(AnnotationTheme.theme)).all()
    assert session.scalars(select(AnnotationPlace)).all() == []


def test_what_decided_is_kept_as_places_in_the_text_and_not_as_words(session: Session) -> None:
    bags = message(session, "Alweer zes vuilniszakken naast de ondergrondse container in de Kastanjelaan")
    understand(NOW)
    reasons = session.scalars(select(Annotation.reasons)).one()
    assert 1 <= len(reasons) <= 5
    assert [reason["adds"] for reason in reasons] == sorted((reason["adds"] for reason in reasons), key=abs, reverse=True)
    assert all(set(reason) == {"start", "end", "adds"} for reason in reasons)
    assert any(
        "zakken" in bags.text[reason["start"] : reason["end"]] or "container" in bags.text[reason["start"] : reason["end"]]
        for reason in reasons
    )


def test_what_a_person_said_outlives_the_next_reading(session: Session) -> None:
    noise = message(session, "Alweer zes vuilniszakken naast de ondergrondse container")
    understand(NOW)
    correct(session, noise.id, words_seen(noise.text), Judgement(Verdict.WRONG, ("overlast/stank",)), colleague(session), NOW)
    noise.annotation_due = True
    session.commit()
    assert understand(NOW) == 1
    assert session.scalars(select(AnnotationTheme.sub)).all() == ["overlast/stank"]


def test_tombstones_and_the_towns_own_posts_are_passed_over(session: Session) -> None:
    message(session, "", deleted_at=NOW)
    message(session, "Morgen halen we het oud papier op", by_municipality=True)
    assert understand(NOW) == 0
    states = session.execute(select(Message.annotation_due, Message.grouping_due)).all()
    assert {tuple(state) for state in states} == {(False, False)}
    assert session.scalars(select(Annotation)).all() == []


def test_a_message_without_words_is_annotated_without_a_theme(session: Session) -> None:
    message(session, "👍")
    assert understand(NOW) == 1
    assert session.scalars(select(AnnotationTheme)).all() == []
    assert len(session.scalars(select(Annotation)).all()) == 1


def test_what_another_worker_holds_is_left_to_it(session: Session) -> None:
    held = message(session, "Losse stoeptegel voor de deur")
    message(session, "Gat in de weg")
    with Session(engine()) as other:
        other.execute(select(Message).where(Message.id == held.id).with_for_update())
        assert understand(NOW) == 1
    assert understand(NOW) == 1


def test_a_crash_inside_a_batch_leaves_it_untouched(session: Session) -> None:
    message(session, "Losse stoeptegel voor de deur")
    with transaction() as breaking:
        breaking.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$;"
                "CREATE TRIGGER refuse BEFORE INSERT ON annotation_theme EXECUTE FUNCTION refuse()"
            )
        )
    with pytest.raises(Exception, match="broken"):
        understand(NOW)
    session.expire_all()
    assert session.scalars(select(Annotation)).all() == []
    assert session.scalars(select(Message.annotation_due)).all() == [True]
