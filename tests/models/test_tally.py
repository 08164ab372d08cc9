"""Tallies say exactly what the messages say, whatever happens to those, counted or not yet."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models import Annotation, AnnotationPlace, AnnotationTheme, Message, Source, Tally, TallyDue
from models import trend as asked
from models.annotation import replace_annotations
from models.cells import counted_between
from models.counting import Chosen
from models.database import engine, transaction
from models.heard import by_source_between, residents_by_day, subs_between
from models.message import local_day
from models.municipality import Municipality
from models.settings import settings
from models.tally import Side, Way, count_due, days_waiting
from models.town import Place, Theme
from models.trend import Step, Trend
from models.words import Channel, Kind, PlaceKind, Tone
from tests.conftest import NOW

FIRST, LAST = date(2026, 10, 20), date(2026, 11, 8)
"""Twenty days over the end of a month and the end of summer time."""
SPAN = (LAST - FIRST).days
SUBS = ("afval/bijplaatsing", "afval/ophalen", "groen/bomen", "groen/parken-en-perken")
AREAS = ("havenkwartier", "spoorzicht", "oude-haven")
SOURCES = ("bellen", "buurt")
ZONE = settings().zone


class Town:
    """Messages that come, change and go."""

    def __init__(self, session: Session, random: Random) -> None:
        self.session, self.random = session, random
        self.numbers: list[int] = []

    def hears(self) -> None:
        random = self.random
        at = datetime.combine(FIRST + timedelta(days=random.randint(0, SPAN)), time(), UTC) + timedelta(minutes=random.randint(0, 1439))
        source = random.choice(SOURCES)
        message = Message(
            source_id=source, channel=random.choice(list(Channel)), medium=random.choice(["telefoon", "Facebook"]), text="iets",
            author=None, published_at=at, received_at=NOW, by_municipality=random.random() < 0.1,
        )  # fmt: skip
        self.session.add(message)
        self.session.flush()
        self.numbers.append(message.id)
        if random.random() < 0.8:
            self.understands(message.id)

    def understands(self, number: int) -> None:
        random = self.random
        annotation = Annotation(
            message_id=number, model="proef", language=random.choice(["nl", "nl", "tr"]), kind=random.choice(list(Kind)),
            tone=random.choice([-1, -0.5, 0, 0.2, 0.5]), urgency=0, sure=True, annotated_at=NOW, guesses={}, reasons=[],
        )  # fmt: skip
        subs = random.sample(SUBS, random.randint(0, 3))
        themes = [AnnotationTheme(message_id=number, rank=n, theme=s.partition("/")[0], sub=s, probability=1) for n, s in enumerate(subs)]
        named = random.choices((*AREAS, None), k=random.randint(0, 3))
        places = [AnnotationPlace(message_id=number, start=n, end=n, place_id=a or AREAS[0], area=a) for n, a in enumerate(named)]
        replace_annotations(self.session, [number], [annotation, *themes, *places])

    def happens(self) -> None:
        """One thing that can happen to a message."""
        number = self.random.choice(self.numbers)
        message = self.session.get_one(Message, number)
        match self.random.randint(0, 5):
            case 0:
                self.understands(number)
            case 1:
                message.published_at += timedelta(hours=self.random.choice([-30, 30]))
            case 2:
                message.deleted_at, message.text = NOW, ""
            case 3:
                self.session.execute(text("DELETE FROM annotation_place WHERE message_id = :id"), {"id": number})
            case 4:
                message.medium = "Bluesky"
            case 5:
                self.session.delete(message)
                self.numbers.remove(number)
        self.session.flush()


@pytest.fixture
def houses(session: Session, town: Municipality) -> Session:
    """The town with two sources."""
    for id in SOURCES:
        kept = {"purpose": "", "legal_basis": "", "retention_days": 1, "audience": "", "cursor": {}}
        session.add(Source(id=id, name=id, kind="files", channel=Channel.SOCIAL, **kept))
    session.commit()
    return session


def plainly(session: Session, trend: Trend) -> dict[str, object]:
    """What the tables themselves say to a question."""
    message = [*asked.asked(trend, ZONE)]
    local = func.timezone(ZONE.key, Message.published_at)

    def counts(*columns: Any) -> dict[Any, int]:
        query = select(*columns, func.count(Message.id.distinct())).select_from(Message)
        query = query.outerjoin(Annotation, Annotation.message_id == Message.id)
        if any(getattr(column, "table", None) is AnnotationTheme.__table__ for column in columns):
            query = query.join(AnnotationTheme, AnnotationTheme.message_id == Message.id)
            if trend.subjects:
                query = query.where(AnnotationTheme.theme.in_({s.partition("/")[0] for s in trend.subjects}))
        if any(getattr(column, "table", None) is AnnotationPlace.__table__ for column in columns):
            query = query.join(AnnotationPlace, AnnotationPlace.message_id == Message.id).where(AnnotationPlace.area.is_not(None))
        rows = session.execute(query.where(*message).group_by(*columns))
        return {row[0] if len(row) == 2 else tuple(row[:-1]): row[-1] for row in rows}

    weekday, hour = func.extract("isodow", local) - 1, func.extract("hour", local)
    return {
        "total": session.scalar(select(func.count()).select_from(Message).where(*message)),
        "day": counts(func.date(local)),
        "month": {day.date(): count for day, count in counts(func.date_trunc("month", local)).items()},
        "week": {day.date(): count for day, count in counts(func.date_trunc("week", local)).items()},
        "hour": {day.replace(tzinfo=ZONE): count for day, count in counts(func.date_trunc("hour", local)).items()},
        "weekday": {(int(day), int(of)): count for (day, of), count in counts(weekday, hour).items()},
        "theme": counts(AnnotationTheme.sub if trend.subjects else AnnotationTheme.theme),
        "area": counts(AnnotationPlace.area),
        "channel": counts(Message.channel),
        "medium": counts(Message.medium),
        "source": counts(Message.source_id),
        "kind": {name: count for name, count in counts(Annotation.kind).items() if name},
        "language": {name: count for name, count in counts(Annotation.language).items() if name},
    }


def by_tallies(session: Session, trend: Trend) -> dict[str, object]:
    """The same of our own functions."""
    given = (session, trend, ZONE)
    return {
        "total": asked.total(*given),
        "day": asked.by_day(*given),
        "month": {moment.date(): count for moment, count in asked.counts(session, trend, Step.MONTH, ZONE).items()},
        "week": {moment.date(): count for moment, count in asked.counts(session, trend, Step.WEEK, ZONE).items()},
        "hour": asked.counts(session, trend, Step.HOUR, ZONE),
        "weekday": asked.by_weekday_and_hour(*given),
        "theme": asked.by_theme(*given),
        "area": asked.by_area(*given),
        "channel": asked.by_channel(*given),
        "medium": asked.by_medium(*given),
        "source": asked.by_source(*given),
        "kind": asked.by_kind(*given),
        "language": asked.by_language(*given),
    }


def question(random: Random, areas: Sequence[str]) -> Trend:
    """Any question, mostly with a filter or two."""
    first = FIRST + timedelta(days=random.randint(-3, SPAN))

    def perhaps(choices: Sequence[Any]) -> Any:
        return random.choice(choices) if random.random() < 0.25 else None

    return Trend(
        first,
        first + timedelta(days=random.choice([0, 3, 13, 40])),
        perhaps(["afval", "groen", *SUBS]),
        perhaps(areas),
        perhaps(list(Channel)),
        perhaps(list(Kind)),
        tuple(random.sample(["afval", *SUBS], 2)) if random.random() < 0.2 else (),
        perhaps(["telefoon", "Bluesky"]),
        perhaps(list(Tone)),
        perhaps(["nl", "tr"]),
        perhaps(SOURCES),
    )


@tried(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_and_whatever_is_asked_the_tallies_say_what_the_messages_say(houses: Session, seed: int) -> None:
    random = Random(seed)
    town = Town(houses, random)
    districts = houses.scalars(select(Place.parent).where(Place.id.in_(AREAS))).all()
    houses.execute(text("DELETE FROM message"))
    for _ in range(40):
        town.hears()
    for _ in range(6):
        for _ in range(random.randint(1, 6)):
            town.happens()
        if random.random() < 0.5:
            houses.commit()
            if random.random() < 0.7:
                count_due(NOW, ZONE)
                assert days_waiting(houses) == 0
        for _ in range(2):
            trend = question(random, [*AREAS, *filter(None, districts)])
            assert by_tallies(houses, trend) == plainly(houses, trend), trend
        houses.commit()


def test_parts_of_a_day_are_counted_to_the_moment(houses: Session) -> None:
    town = Town(houses, Random(3))
    for _ in range(80):
        town.hears()
    houses.commit()
    count_due(NOW, ZONE)
    moments = sorted(houses.scalars(select(Message.published_at)))
    long_ago = moments[0] - timedelta(days=40)
    for since, until in ((moments[3], moments[60]), (moments[5], moments[6]), (moments[7], moments[7]), (long_ago, NOW)):
        chosen = Chosen(counted_between(houses, since, until, ZONE), {Side.WAY: lambda names: not Way(*names).ours})
        plain = select(func.count()).where(Message.published_at > since, Message.published_at <= until, ~Message.by_municipality)
        assert chosen.total() == houses.scalar(plain)


def test_counting_changes_nothing_that_was_not_marked(houses: Session) -> None:
    town = Town(houses, Random(1))
    for _ in range(30):
        town.hears()
    houses.commit()
    assert count_due(NOW, ZONE) > 0
    before = houses.execute(select(Tally.day, Tally.version).order_by(Tally.day)).all()
    message = houses.get_one(Message, town.numbers[0])
    message.answered_at, message.annotation_due = NOW, False
    houses.commit()
    assert days_waiting(houses) == 0
    message.by_municipality = not message.by_municipality
    houses.commit()
    assert days_waiting(houses) == 1
    assert count_due(NOW, ZONE) == 1
    after = houses.execute(select(Tally.day, Tally.version).order_by(Tally.day)).all()
    assert 1 <= len(set(after) - set(before)) <= 2


def test_a_day_that_another_counts_at_the_moment_stays_marked(houses: Session) -> None:
    Town(houses, Random(1)).hears()
    houses.commit()
    with Session(engine()) as other:
        for day in houses.scalars(select(TallyDue.day)):
            for local in (day, day + timedelta(days=1)):
                other.execute(text("SELECT pg_advisory_xact_lock(7264001, :day)"), {"day": local.toordinal()})
        assert count_due(NOW, ZONE) == 0
        assert days_waiting(houses) == 1
    assert count_due(NOW, ZONE) == 1


def test_a_count_that_is_cut_off_leaves_the_day_marked(houses: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    Town(houses, Random(1)).hears()
    houses.commit()
    monkeypatch.setattr("models.tally._number", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        count_due(NOW, ZONE)
    assert days_waiting(houses) == 1


def test_two_who_store_messages_of_one_day_do_not_wait_for_each_other(houses: Session) -> None:
    with transaction() as one, transaction() as other:
        for session in (one, other):
            session.execute(text("SET lock_timeout = '2s'"))
            Town(session, Random(1)).hears()
    assert houses.scalar(select(func.count(Message.id))) == 2


def test_a_rate_is_given_where_people_live(houses: Session) -> None:
    town = Town(houses, Random(2))
    for _ in range(40):
        town.hears()
    houses.commit()
    trend = Trend(FIRST, LAST + timedelta(days=1))
    rates, areas = asked.per_area_per_1000(houses, trend, ZONE), asked.by_area(houses, trend, ZONE)
    lived = houses.scalars(select(Place).where(Place.kind == PlaceKind.NEIGHBOURHOOD, Place.id.in_(AREAS), Place.inhabitants > 0)).all()
    assert lived and rates == {p.id: pytest.approx(1000 * areas[p.id] / (p.inhabitants or 0)) for p in lived if p.id in areas}


def test_the_newest_of_a_question_are_found_however_few_can_be_read(houses: Session) -> None:
    town = Town(houses, Random(4))
    for _ in range(60):
        town.hears()
    houses.flush()
    trend = Trend(FIRST, LAST + timedelta(days=1), "afval")
    plain = select(Message).where(*asked.asked(trend, ZONE), Message.text != "").order_by(Message.published_at.desc(), Message.id.desc())
    everything = houses.scalars(plain).all()
    assert list(asked.newest_of(houses, trend, ZONE, 5, Message.id > 0)) == list(everything[:5])
    oldest = everything[-1].id
    assert [m.id for m in asked.newest_of(houses, trend, ZONE, 5, Message.id == oldest)] == [oldest]


def test_every_theme_that_can_be_asked_begins_with_its_theme(houses: Session) -> None:
    assert all(theme.slug.partition("/")[0] == theme.parent for theme in houses.scalars(select(Theme).where(Theme.parent.is_not(None))))


def test_what_is_said_between_two_moments_leaves_out_the_municipality_and_what_was_deleted(houses: Session) -> None:
    town = Town(houses, Random(5))
    for _ in range(50):
        town.hears()
    houses.get_one(Message, town.numbers[7]).deleted_at = NOW
    houses.commit()
    count_due(NOW, ZONE)
    moments = sorted(houses.scalars(select(Message.published_at)))
    since, until = moments[4], moments[40]
    within = (Message.published_at > since, Message.published_at <= until)
    residents = (*within, ~Message.by_municipality, Message.deleted_at.is_(None))
    day = local_day(Message.published_at, ZONE)
    plain = houses.execute(select(day, func.count()).where(*residents).group_by(day))
    assert residents_by_day(houses, since, until, ZONE) == {row[0]: row[1] for row in plain}
    main = select(AnnotationTheme.sub, func.count()).join(Message, Message.id == AnnotationTheme.message_id)
    plain = houses.execute(main.where(*residents, AnnotationTheme.rank == 0).group_by(AnnotationTheme.sub))
    assert subs_between(houses, since, until) == {row[0]: row[1] for row in plain}
    plain = houses.execute(select(Message.source_id, func.count()).where(*within).group_by(Message.source_id))
    assert by_source_between(houses, since, until) == {row[0]: row[1] for row in plain}
