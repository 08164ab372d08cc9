"""An editor's hand: what is sent is what the editor left, what was built stays, and nobody overwrites another."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery, Digest
from models.database import transaction
from routing.digests.build import build_due
from routing.digests.content import DigestContent, Story, led_by
from routing.digests.editing import Edit, EditError, Rewritten, StaleEdit, edited, save
from tests.conftest import NOW
from tests.routing.conftest import Says, run

AHEAD = NOW + timedelta(days=1) - timedelta(minutes=30)
"""A quarter past eight, a quarter of an hour before the newsroom's digest goes."""
GOES = AHEAD + timedelta(minutes=15)


@pytest.fixture
def waiting(session: Session, bag_story: list[int], says: Says) -> Digest:
    """The newsroom's digest of tomorrow, built and not gone; about two stories."""
    run(NOW)
    build_due(NOW)
    for number in range(12):
        says(f"zakken naast de container, keer {number}, wie haalt dit op", at=AHEAD - timedelta(hours=1 + number))
        says(
            f"de lantaarn brandt weer niet, dag {number} in het donker",
            "openbare-verlichting/lamp-kapot",
            "bloemenwijk",
            at=AHEAD - timedelta(hours=2),
        )
    run(AHEAD)
    build_due(AHEAD)
    session.rollback()
    return session.scalars(select(Digest).where(Digest.audience == "newsroom", Digest.gone_at.is_(None))).one()


def change(digest: Digest, edit: Edit, version: int = 1) -> None:
    with transaction() as session:
        save(session, digest.id, version, edit, "Samira", AHEAD)


def test_what_an_editor_left_is_what_is_sent_and_what_was_built_stays(session: Session, waiting: Digest) -> None:
    assert not list(session.scalars(select(Delivery).where(Delivery.digest_id == waiting.id))), "it waits for its hour"
    built = DigestContent.model_validate(waiting.content)
    first, second = built.stories[:2]
    pieces = {
        f"signaal-{first.signal_id}": Rewritten(place=2),
        f"signaal-{second.signal_id}": Rewritten(place=1, title="Lampen <uit>", text="Het is er donker."),
    }
    change(waiting, Edit(interpretation="Dit hoort bij de storing van maandag.", signed="Samira", pieces=pieces))
    build_due(GOES)
    session.expire_all()
    sent = session.scalars(select(Delivery).where(Delivery.digest_id == waiting.id)).one()
    for body in (sent.html, sent.text):
        assert "Dit hoort bij de storing van maandag." in body
        assert "Samira, redactie" in body
    assert "LAMPEN <UIT>" in sent.text
    assert "<uit>" not in sent.html
    assert sent.text.index("Het is er donker.") < sent.text.index(first.title)
    digest = session.get_one(Digest, waiting.id)
    assert digest.gone_at == GOES
    assert digest.edited_by == "Samira"
    assert digest.original is not None
    assert DigestContent.model_validate(digest.original) == built
    assert digest.subject == second.subject, "another first story, another subject"
    with pytest.raises(EditError, match="al verstuurd"):
        change(waiting, Edit(), digest.version)


def test_two_editors_do_not_overwrite_each_other(waiting: Digest) -> None:
    change(waiting, Edit(opening="Eerst dit."))
    with transaction() as session, pytest.raises(StaleEdit, match="Samira veranderde dit bericht") as stale:
        save(session, waiting.id, 1, Edit(opening="Nee, dit."), "Joost", AHEAD)
    assert "Eerst dit." in stale.value.digest.text


def test_what_nobody_edits_goes_as_it_is_at_its_hour(session: Session, waiting: Digest) -> None:
    assert build_due(AHEAD + timedelta(minutes=5)) == 0
    build_due(GOES)
    sent = session.scalars(select(Delivery).where(Delivery.digest_id == waiting.id)).one()
    assert sent.subject == waiting.subject
    session.expire_all()
    assert session.get_one(Digest, waiting.id).original is None


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit(interpretation="Zo zit het."), "Zet uw naam eronder"),
        (Edit(subject="x" * 43), "43 tekens"),
        (Edit(interpretation="woord " * 101, signed="S"), "600 is het meeste"),
        (Edit(opening="x" * 301), "langer dan 300"),
        (Edit(pieces={"signaal-1": Rewritten(text="w " * 151)}), "langer dan 300"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(edit: Edit, why: str) -> None:
    with pytest.raises(EditError, match=why):
        edited(CONTENT, edit)


def test_an_edit_that_outgrows_the_screen_is_refused() -> None:
    stories = [story.model_copy(update={"signal_id": number}) for number, story in enumerate([STORY] * 5)]
    full = led_by(CONTENT, stories)
    pieces = {f"signaal-{number}": Rewritten(place=number + 1, text="zo veel woorden " * 18) for number in range(5)}
    with pytest.raises(EditError, match="er passen er 250"):
        edited(full, Edit(pieces=pieces))


def test_leaving_out_and_reordering_keep_every_other_story() -> None:
    stories = [STORY.model_copy(update={"signal_id": number, "title": f"Verhaal {number}"}) for number in range(4)]
    full = led_by(CONTENT, stories)
    pieces = {"signaal-0": Rewritten(keep=False), "signaal-3": Rewritten(place=1)}
    assert [story.signal_id for story in edited(full, Edit(pieces=pieces)).stories] == [3, 1, 2]


CONTENT = DigestContent(
    audience="groen",
    name="Groen",
    day=NOW.date(),
    built_at=NOW,
    subject="Rustig: geen berichten",
    opening="Er is niets nieuws.",
    page="https://luisterpost.example",
    footer="Zomaar.",
)
STORY = Story(signal_id=1, title="Bomen", figures="Vier berichten.", link="https://luisterpost.example/signalen/1")
