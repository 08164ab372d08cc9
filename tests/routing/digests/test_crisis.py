"""A crisis: told every hour to who has to know, ended by people, and never forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Crisis, Delivery, Digest
from models.database import transaction
from models.words import DigestKind, Kind
from routing.digests.build import build_due
from routing.digests.crises import CrisisError, Watched, confirm, declare, end
from tests.conftest import NOW
from tests.routing.conftest import LAMP, Says, run

HOUR = timedelta(hours=1)
POWER = Watched("Stroomstoring Noord", words=("stroom",))
RUMOUR = "Ze zeggen dat de stroom pas morgenavond terugkomt in heel Noord en dat de kelders daar al vollopen met water"


@pytest.fixture
def outage(says: Says) -> int:
    """The power is out since an hour: questions, a rumour, something private, and other things."""
    for number in range(6):
        says(
            f"Wanneer komt de stroom terug in onze straat, huis {number}? Alles is donker",
            LAMP,
            "spoorzicht",
            0.2,
            kind=Kind.QUESTION,
        )
    for number in range(4):
        says(RUMOUR, LAMP, "bloemenwijk", 0.3, author=f"{number:032x}", tone=-0.8)
    says("Mijn moeder ligt aan de zuurstof en de stroom is uit, Dorpsstraat", "", None, 0.4, private=True, kind=Kind.QUESTION)
    says("zakken naast de container", hours_ago=0.5)
    run(NOW)
    with transaction() as session:
        return declare(session, POWER, "Samira", NOW).id


def digests(session: Session) -> list[Digest]:
    session.rollback()
    return list(session.scalars(select(Digest).where(Digest.kind == DigestKind.CRISIS).order_by(Digest.id)))


def test_every_hour_it_is_told_to_who_has_to_know_once(session: Session, outage: int) -> None:
    build_due(NOW)
    first = digests(session)
    assert {"newsroom", "executive"} <= {digest.audience for digest in first}
    assert len({digest.audience for digest in first}) == len(first) >= 3, "a department that has it in its signals reads along"
    build_due(NOW + timedelta(minutes=15))
    assert len(digests(session)) == len(first)
    build_due(NOW + HOUR)
    build_due(NOW + 4 * HOUR)
    hours = [digest.slot for digest in digests(session) if digest.audience == "newsroom"]
    assert hours == [f"{outage}/0", f"{outage}/1", f"{outage}/4"], "hours in which nothing ran are not made up"
    mails = list(session.scalars(select(Delivery.digest_id).where(Delivery.digest_id.in_([digest.id for digest in digests(session)]))))
    assert set(mails) == {digest.id for digest in digests(session)}


def test_it_tells_what_is_asked_what_goes_round_where_and_how_people_sound(session: Session, outage: int) -> None:
    build_due(NOW)
    text = next(digest.text for digest in digests(session) if digest.audience == "newsroom")
    assert "11 berichten van" in text
    assert "7 vragen wachten op antwoord" in text
    assert "Wanneer komt de stroom terug" in text
    assert f"4 mensen: “{RUMOUR}”" in text
    assert "Spoorzicht (6)" in text
    assert "Een deel is boos of bang." in text
    assert "zuurstof" not in text, "what was said in private is counted, not quoted"
    assert "container" not in text
    assert len([word for word in text.split() if "://" not in word]) <= 270
    subjects = {digest.subject for digest in digests(session)}
    assert subjects == {"Stroomstoring Noord: 11 berichten dit uur"}


def test_it_ends_with_a_closing_digest_and_then_is_silent(session: Session, outage: int) -> None:
    build_due(NOW)
    with transaction() as other:
        end(other, outage, "Joost", NOW + 2 * HOUR)
    build_due(NOW + 2 * HOUR)
    last = digests(session)[-1]
    assert last.subject == "Afgesloten: Stroomstoring Noord"
    assert "Dit is het laatste crisisbericht" in last.text
    count = len(digests(session))
    build_due(NOW + 3 * HOUR)
    assert len(digests(session)) == count
    with transaction() as other, pytest.raises(CrisisError, match="Joost sloot deze crisis al af"):
        end(other, outage, "Samira", NOW + 3 * HOUR)


def test_a_forgotten_crisis_asks_whether_it_still_is_one(session: Session, outage: int) -> None:
    asks = "Niemand heeft dit een dag lang bevestigd."
    build_due(NOW + 23 * HOUR)
    assert asks not in digests(session)[-1].text
    build_due(NOW + 24 * HOUR)
    assert asks in digests(session)[-1].text
    with transaction() as other:
        confirm(other, outage, NOW + 24 * HOUR)
    build_due(NOW + 25 * HOUR)
    assert asks not in digests(session)[-1].text


@pytest.mark.parametrize(
    ("watched", "why"),
    [
        (Watched("", words=("stroom",)), "korte naam"),
        (Watched("x" * 25, words=("stroom",)), "korte naam"),
        (Watched("Storing"), "waarnaar het moet luisteren"),
        (Watched("Storing", words=("de",)), "te kort om naar te zoeken"),
    ],
)
def test_what_nobody_could_listen_for_is_refused(session: Session, watched: Watched, why: str) -> None:
    with pytest.raises(CrisisError, match=why):
        declare(session, watched, "Samira", NOW)
    assert session.query(Crisis).count() == 0


def test_themes_and_places_both_have_to_fit_and_a_word_is_enough(session: Session, says: Says) -> None:
    says("lamp uit", "openbare-verlichting/lamp-kapot", "bloemenwijk", 0.1)
    says("lamp uit", "openbare-verlichting/lamp-kapot", "spoorzicht", 0.1)
    says("geen STROOM meer", "", None, 0.1)
    run(NOW)
    with transaction() as other:
        declare(other, Watched("Donker", ("openbare-verlichting",), ("bloemenwijk",), ("stroom", " ")), "Samira", NOW)
    build_due(NOW)
    assert digests(session)[0].subject == "Donker: 2 berichten dit uur"
