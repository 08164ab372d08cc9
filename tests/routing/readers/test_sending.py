"""Built digests to their readers: at their own hour, as they want them, once."""

import re
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery, Department, Reader
from models.municipality import Municipality
from models.settings import settings
from models.words import DeliveryStatus, DeliveryWay, DigestKind
from routing.digests.forms import letter_of
from routing.readers.sending import brief, send_due
from tests.conftest import NOW
from tests.routing.readers.conftest import Goes, Reads, content, story

BAGS = story(1, "afval/bijplaatsing", "havenkwartier", title="Zakken")
LAMP = story(2, "openbare-verlichting/lamp-kapot", "bloemenwijk", title="Lantaarn")
STANDING = "reiniging@rivierstad.example"


def sent(session: Session, now: datetime = NOW) -> dict[str, Delivery]:
    """What one run brings, by address."""
    before = set(session.scalars(select(Delivery.id)))
    send_due(session, now, letter_of)
    session.commit()
    return {row.recipient: row for row in session.scalars(select(Delivery)) if row.id not in before}


def local(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """An hour of this day, or a later one, on the municipality's clocks."""
    day = NOW.astimezone(settings().zone).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), settings().zone).astimezone(NOW.tzinfo)


def test_the_address_in_the_configuration_reads_without_asking(session: Session, goes: Goes) -> None:
    digest = goes(content(BAGS))
    letters = sent(session)
    assert set(letters) == {STANDING}
    letter = letters[STANDING]
    reader = session.scalars(select(Reader).where(Reader.recipient == STANDING)).one()
    assert letter.key == f"digest/reiniging/daily/{digest.day}/{reader.id}"
    assert (letter.digest_id, letter.status) == (digest.id, DeliveryStatus.WAITING)


def test_running_again_sends_nothing_again(session: Session, goes: Goes, reads: Reads) -> None:
    goes(content(BAGS))
    reads()
    assert len(sent(session)) == 2
    assert sent(session) == {}
    assert sent(session, NOW + timedelta(hours=1)) == {}


def test_a_digest_that_has_not_gone_or_went_days_ago_reaches_nobody(session: Session, goes: Goes) -> None:
    digest = goes(content(BAGS))
    digest.gone_at = None
    session.commit()
    assert sent(session) == {}
    digest.gone_at = NOW - timedelta(days=3)
    session.commit()
    assert sent(session) == {}, "by now it is no news"


def test_each_reader_gets_it_at_their_own_hour(session: Session, goes: Goes, reads: Reads) -> None:
    reads("vroeg@rivierstad.example", hour=time(6, 0))
    reads("laat@rivierstad.example", hour=time(12, 30))
    goes(content(BAGS))
    assert set(sent(session)) == {STANDING, "vroeg@rivierstad.example"}
    assert set(sent(session, local(12, 29))) == set()
    assert set(sent(session, local(12, 30))) == {"laat@rivierstad.example"}


def test_a_later_hour_chosen_after_the_letter_brings_no_second_one(session: Session, goes: Goes, reads: Reads) -> None:
    reader = reads()
    goes(content(BAGS))
    sent(session)
    reader.hour = time(15, 0)
    session.commit()
    assert sent(session, local(15, 0)) == {}


def test_a_reader_gets_only_what_they_chose_and_on_days_they_chose(session: Session, goes: Goes, reads: Reads) -> None:
    reads("lampen@rivierstad.example", themes=["openbare-verlichting"])
    reads("maandag@rivierstad.example", weekdays=[1])
    reads("stijging@rivierstad.example", only_rising=True, places=["spoorzicht"])
    reads("week@rivierstad.example", kinds=["weekly"])
    goes(content(BAGS, LAMP))
    letters = sent(session)
    assert set(letters) == {STANDING, "lampen@rivierstad.example"}
    assert "Zakken" not in letters["lampen@rivierstad.example"].text
    assert "Lantaarn" in letters["lampen@rivierstad.example"].text


def test_days_do_not_hold_back_a_weekly_report_nor_hours_a_crisis(session: Session, goes: Goes, reads: Reads) -> None:
    reads("maandag@rivierstad.example", weekdays=[1], hour=time(17, 0))
    goes(content(BAGS, kind=DigestKind.CRISIS), slot="1/3")
    crisis = sent(session)
    assert set(crisis) == {STANDING, "maandag@rivierstad.example"}
    assert all(letter.urgent and "/1/3/" in letter.key for letter in crisis.values())
    goes(content(BAGS, kind=DigestKind.WEEKLY))
    assert "maandag@rivierstad.example" in sent(session, local(17, 0))


def test_who_did_not_confirm_or_left_or_bounces_gets_nothing(session: Session, goes: Goes, reads: Reads) -> None:
    reads("vroeg@rivierstad.example", confirmed_at=None)
    reads("weg@rivierstad.example", unsubscribed_at=NOW)
    reads("kapot@rivierstad.example", bouncing_since=NOW)
    goes(content(BAGS))
    assert set(sent(session)) == {STANDING}


def test_who_confirms_today_begins_with_the_next_digest(session: Session, goes: Goes, reads: Reads) -> None:
    goes(content(BAGS))
    reads(confirmed_at=NOW + timedelta(minutes=1))
    assert set(sent(session, NOW + timedelta(minutes=5))) == {STANDING}


def test_an_audience_without_readers_has_its_digest_on_the_mail_page(session: Session, goes: Goes, town: Municipality) -> None:
    goes(content(BAGS, audience="crisisteam"))
    (letter,) = sent(session).values()
    assert (letter.way, letter.recipient) == (DeliveryWay.PAGE, "")


def test_a_letter_carries_its_readers_own_links_and_never_an_address_in_one(session: Session, goes: Goes, reads: Reads) -> None:
    reads()
    goes(content(BAGS, LAMP))
    letters = sent(session)
    letter, other = letters["s.devries@rivierstad.example"], letters[STANDING]
    assert letter.unsubscribe.startswith("http://127.0.0.1:8600/afmelden/")
    assert letter.unsubscribe != other.unsubscribe
    for body in (letter.html, letter.text):
        assert letter.unsubscribe in body
        assert "/voorkeuren/" in body
        assert "devries" not in body
        assert body.count("/terugmelding/") >= 4
    assert other.unsubscribe not in letter.html


def test_the_links_under_items_are_the_same_for_every_reader(session: Session, goes: Goes, reads: Reads) -> None:
    reads()
    goes(content(BAGS, LAMP))
    found = [set(re.findall(r"/terugmelding/[\w.-]+", letter.text)) for letter in sent(session).values()]
    assert found[0] == found[1] != set()


def test_a_channel_is_told_how_much_there_is_without_a_residents_words(session: Session, goes: Goes, reads: Reads) -> None:
    reads("reiniging-teams", way=DeliveryWay.CHAT)
    goes(content(BAGS, LAMP))
    letter = sent(session)["reiniging-teams"]
    assert (letter.way, letter.unsubscribe) == (DeliveryWay.CHAT, "")
    assert letter.brief == brief(content(BAGS, LAMP))
    assert letter.brief == "Luisterpost voor Reiniging en Afval: 2 onderwerpen. http://127.0.0.1:8600/afdelingen/reiniging"


def test_an_address_that_leaves_the_configuration_is_erased_and_one_that_left_by_itself_stays_away(
    session: Session, goes: Goes, town: Municipality
) -> None:
    goes(content(BAGS))
    sent(session)
    session.scalars(select(Reader).where(Reader.recipient == "verkeer@rivierstad.example")).one().unsubscribed_at = NOW
    session.get_one(Department, "reiniging").email = "nieuw@rivierstad.example"
    session.commit()
    goes(content(BAGS, audience="verkeer"))
    assert set(sent(session, NOW + timedelta(minutes=15))) == {"nieuw@rivierstad.example", ""}
    assert session.scalars(select(Reader).where(Reader.recipient == STANDING)).all() == []
