"""How one becomes a reader and leaves, and what is erased."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery, Reader
from models.municipality import Municipality
from models.settings import settings
from models.words import DeliveryStatus, DeliveryWay
from routing.deliveries.address import Address
from routing.readers.bounces import mark_bouncing
from routing.readers.subscribing import (
    ReaderError,
    add,
    confirm,
    forget,
    keep_standing,
    masked,
    mend,
    plain_address,
    subscribe,
    unsubscribe,
)
from routing.readers.tokens import BadLink, Purpose, opened, signed
from tests.conftest import NOW
from tests.routing.readers.conftest import Reads

DAY = timedelta(days=1)
ADDRESS = "s.devries@rivierstad.example"


def readers(session: Session) -> list[str]:
    session.flush()
    return sorted(session.scalars(select(Reader.recipient)))


def refused(session: Session, attempts: int = 1, key: str = "digest/reiniging/daily/2026-11-19/1") -> Delivery:
    """A letter that the mail server would not have."""
    letter = Delivery(
        key=key,
        way=DeliveryWay.SMTP,
        status=DeliveryStatus.DEAD,
        recipient=ADDRESS,
        subject="",
        html="",
        text="",
        created_at=NOW,
        due_at=NOW,
        attempts=attempts,
        problem="550 onbekend",
    )
    session.add(letter)
    session.flush()
    return letter


def letters(session: Session) -> list[Delivery]:
    return list(session.scalars(select(Delivery).where(Delivery.status == DeliveryStatus.WAITING).order_by(Delivery.id)))


def test_asking_ten_times_a_day_sends_one_mail(session: Session, town: Municipality) -> None:
    for _ in range(10):
        subscribe(session, "reiniging", ADDRESS, NOW)
    assert len(letters(session)) == 1
    subscribe(session, "reiniging", ADDRESS, NOW + DAY)
    assert len(letters(session)) == 2


def test_who_left_and_asks_again_must_confirm_again(session: Session, reads: Reads) -> None:
    reader = reads()
    unsubscribe(reader, NOW)
    subscribe(session, "reiniging", ADDRESS, NOW + DAY)
    assert "Ja, stuur ze mij" in letters(session)[0].text
    confirm(reader, NOW + DAY)
    assert (reader.unsubscribed_at, reader.confirmed_at) == (None, NOW + DAY)


def test_an_address_is_erased_thirty_days_after_leaving_also_from_what_was_sent(session: Session, reads: Reads) -> None:
    reader, stays = reads(), reads("blijft@rivierstad.example")
    letter = refused(session)
    unsubscribe(reader, NOW)
    assert forget(session, NOW + 29 * DAY) == 0
    assert forget(session, NOW + 31 * DAY) == 1
    session.expire_all()
    assert readers(session) == [stays.recipient]
    assert letter.recipient == ""


def test_an_address_stays_in_what_was_sent_while_it_reads_something_else(session: Session, reads: Reads) -> None:
    letter = refused(session)
    unsubscribe(reads(), NOW)
    reads(audience="verkeer")
    forget(session, NOW + 31 * DAY)
    session.expire_all()
    assert letter.recipient == ADDRESS


def test_who_never_confirmed_is_erased_after_a_week(session: Session, reads: Reads) -> None:
    reads(confirmed_at=None)
    assert forget(session, NOW + 6 * DAY) == 0
    assert forget(session, NOW + 8 * DAY) == 1


def test_an_address_that_is_refused_for_good_gets_nothing_more_and_the_newsroom_hears_it_once(session: Session, reads: Reads) -> None:
    reader = reads()
    refused(session)
    assert [mark_bouncing(session, NOW + n * DAY) for n in range(3)] == [1, 0, 0]
    session.flush()
    assert reader.bouncing_since == NOW
    (told,) = letters(session)
    assert (told.recipient, told.subject) == ("newsroom@rivierstad.example", "Een lezer van Reiniging en Afval krijgt geen post meer")
    assert ADDRESS not in told.text
    assert "s…@rivierstad.example" in told.text


def test_a_mended_address_is_marked_again_only_when_it_is_refused_again(session: Session, reads: Reads) -> None:
    reader = reads()
    refused(session)
    mark_bouncing(session, NOW)
    mend(reader, NOW + DAY)
    session.flush()
    assert mark_bouncing(session, NOW + DAY) == 0
    refused(session, key="digest/reiniging/daily/2026-11-21/1").created_at = NOW + 2 * DAY
    session.flush()
    assert mark_bouncing(session, NOW + 2 * DAY) == 1


def test_a_server_that_was_away_says_nothing_about_the_address(session: Session, reads: Reads) -> None:
    reads()
    refused(session, attempts=12)
    assert mark_bouncing(session, NOW) == 0


def test_a_file_that_cannot_be_read_takes_no_reader_away(
    session: Session, town: Municipality, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_standing(session, NOW)
    before = readers(session)
    assert "newsroom@rivierstad.example" in before
    (tmp_path / "municipality.yaml").write_text("name: [")
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(tmp_path))
    settings.cache_clear()
    keep_standing(session, NOW)
    settings.cache_clear()
    assert readers(session) == before


def test_an_administrator_may_add_an_address_of_elsewhere_but_not_twice(session: Session, town: Municipality) -> None:
    add(session, "reiniging", Address(DeliveryWay.SMTP, "ploeg@aannemer.example"), "Ploeg Noord", NOW)
    with pytest.raises(ReaderError, match="al"):
        add(session, "reiniging", Address(DeliveryWay.SMTP, "Ploeg@aannemer.example"), "", NOW)
    with pytest.raises(ReaderError, match="lijst"):
        add(session, "bestaat-niet", Address(DeliveryWay.SMTP, "ploeg@aannemer.example"), "", NOW)


def test_a_token_opens_only_what_it_was_made_for(database: str) -> None:
    token = signed(Purpose.PREFERENCES, 12)
    assert opened(Purpose.PREFERENCES, token, int) == [12]
    for purpose, shape in ((Purpose.UNSUBSCRIBE, (int,)), (Purpose.PREFERENCES, (str,)), (Purpose.PREFERENCES, (int, int))):
        with pytest.raises(BadLink):
            opened(purpose, token, *shape)


@effort(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_no_made_up_token_opens_anything(database: str, token: str) -> None:
    with pytest.raises(BadLink):
        opened(Purpose.PREFERENCES, token, int)


@given(st.text(max_size=60))
def test_what_passes_as_an_address_is_one_line_to_one_person(text: str) -> None:
    try:
        address = plain_address(text)
    except ReaderError:
        return
    assert address.count("@") == 1
    assert not set(address) & set(" \r\n,;<>\"'():\\")


@pytest.mark.parametrize(
    ("address", "shown"), [("s.devries@rivierstad.example", "s…@rivierstad.example"), ("verkeer-teams", "verkeer-teams")]
)
def test_an_address_is_shown_so_that_only_its_owner_knows_it(address: str, shown: str) -> None:
    assert masked(address) == shown
