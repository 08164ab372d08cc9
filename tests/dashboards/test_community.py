"""The community page: totals with their uncertainty, nothing of fewer than five people, and who still waits."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from dashboards.community.told import against, share, tell
from dashboards.words.notation import word
from models import Message
from models.community import keep_month
from models.words import Channel
from routing.community.count import MONTH, count_months
from routing.community.month import Answering, Conversations, Medium, Month
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn

CHANNELS = {channel: word(channel) for channel in Channel}

NOVEMBER = date(2026, 11, 1)
FARED = Answering(wanting=100, people=80, answered=90, within_day=60, median=0.5, ninetieth=None)
BUSY = Month(
    posts_by_writer=((40, 5, 5), (4, 45, 20), (1, 450, 0)),
    newcomers=30,
    residents=Conversations(400, 600, 80),
    municipality=Conversations(20, 70, 4),
    all=FARED,
    open_hours=FARED,
    shut_hours=Answering(wanting=4, people=4, answered=4),
    media=(Medium("social", "Facebook", FARED), Medium("social", "", Answering(wanting=9, people=2))),
)
QUIET = Month(posts_by_writer=((3, 1, 1), (1, 3, 0)), newcomers=2, residents=Conversations(4, 1, 3))


def test_of_fewer_than_five_people_nothing_is_told() -> None:
    told = tell(NOVEMBER, QUIET, CHANNELS)
    assert (told.writers, told.posts, told.parts, told.active, told.newcomers, told.alone) == (None, None, [], None, None, None)
    assert {speed.answered for speed in tell(NOVEMBER, BUSY, CHANNELS).speeds[1:2]} == {None}


def test_a_handful_of_newcomers_is_not_told_and_none_is() -> None:
    few = Month(posts_by_writer=((1, 50, 0),), newcomers=3)
    none = Month(posts_by_writer=((1, 50, 0),), newcomers=0)
    assert (tell(NOVEMBER, few, CHANNELS).newcomers, tell(NOVEMBER, none, CHANNELS).newcomers) == (None, 0)


def test_the_active_share_is_held_against_twenty_percent_only_as_far_as_its_interval_allows() -> None:
    assert against(share(50, 100)) == "Dat is meer dan 20%."
    assert against(share(5, 100)) == "Dat is minder dan 20%."
    assert "niet te zeggen" in against(share(2, 10))


def test_the_page_tells_the_month(as_person: SignIn, seeded: Session) -> None:
    keep_month(seeded, date(2026, 10, 1), MONTH.dump_python(QUIET, mode="json"), NOW)
    keep_month(seeded, NOVEMBER, MONTH.dump_python(BUSY, mode="json"), NOW)
    seeded.commit()
    page = as_person("Samira").get("/gemeenschap?maand=2026-11").text
    for told in (
        "500 mensen schreven 830 berichten",
        "De drukste 1%",
        "<b>5% (3% tot 7%)</b>",
        "Dat is minder dan 20%",
        "1,5 per bericht",
        "30 minuten",
        "wacht nog",
    ):
        assert told in page, told
    assert "minder dan vijf mensen" in page
    assert "oktober 2026" in page
    csv = as_person("Samira").get("/gemeenschap/maanden.csv?maand=2026-11").text
    assert csv.splitlines()[1] == "2026-10;;;;;;;;"
    assert csv.splitlines()[2].startswith("2026-11;500;830;0,050;30;0,200;0,900;30 minuten;wacht nog")


def test_nobody_is_named_or_counted_by_name(as_person: SignIn, seeded: Session) -> None:
    seeded.commit()
    count_months(NOW)
    authors = [author for (author,) in seeded.query(Message.author).distinct()]
    page = as_person("redactie").get("/gemeenschap?maand=2026-11").text
    assert authors
    assert not any(author in page for author in authors if author)


def test_who_waits_is_listed_for_those_who_may_read_it(as_person: SignIn, seeded: Session) -> None:
    waiting = seeded.query(Message).filter(Message.channel == Channel.SOCIAL, Message.published_at < NOW - timedelta(days=2)).first()
    assert waiting is not None
    waiting.text, waiting.answered_at, waiting.sensitive = "Mijn <b>knie</b> doet zeer van die stoep", None, True
    seeded.commit()
    assert "Mijn &lt;b&gt;knie&lt;/b&gt; doet zeer" in as_person("redactie").get("/gemeenschap").text
    assert "doet zeer" not in as_person("Joost").get("/gemeenschap").text


def test_any_month_can_be_asked_for(as_person: SignIn) -> None:
    client = as_person("redactie")
    for month in ("", "2026-13", "x", "9999-12", "0001-01", "2026-11-19", "2026-02"):
        answer = client.get(f"/gemeenschap?maand={month}")
        assert answer.status_code == 200, month
        assert "Van deze maand is nog niets geteld" in answer.text
