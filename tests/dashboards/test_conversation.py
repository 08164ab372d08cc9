"""One conversation: who said what, what it was understood as and part of, and who may read which part of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboards.signals.conversation import MOST, conversation, message_alone
from models import Annotation, AnnotationPlace, AnnotationTheme, Message, Place, Signal, SignalMessage
from models.search import keep_words
from models.sight import OPEN, Reader
from models.words import Channel, Kind, Role
from tests.conftest import NOW
from tests.dashboards.conftest import PEOPLE, SignIn

WEBCARE = Reader(everything=True)
QUESTION = "Waarom ligt het hele Kadeplein vol zakken? <b>Wie</b> ruimt dat op?"
SECRET = "Mijn moeder struikelde erover en ligt in het ziekenhuis"


class Talk:
    """A thread of five: a question, a neighbour, the municipality, an answer to that, and what was removed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.question = self.says(QUESTION, 30, None)
        self.question.url = "https://social.example/@anna/1"
        self.understood(self.question, "Kadeplein")
        self.neighbour = self.says("Bij mij ook, al drie dagen", 29, self.question)
        self.answer = self.says("Goedemiddag, de wagen komt morgen.", 20, self.question, ours=True)
        self.thanks = self.says("Fijn, dank u wel", 19, self.answer, author=self.question.author)
        self.gone = self.says("", 18, self.question)
        self.gone.deleted_at, self.question.answered_at = NOW, self.answer.published_at
        signal = session.scalars(select(Signal).where(Signal.sub == "afval/bijplaatsing")).one()
        session.add(SignalMessage(message_id=self.question.id, signal_id=signal.id, joined_at=NOW))
        session.commit()

    def says(self, text: str, hours_ago: float, to: Message | None, ours: bool = False, author: str | None = None) -> Message:
        at = NOW - timedelta(hours=hours_ago)
        message = Message(source_id="meldingen", channel=Channel.SOCIAL, medium="Mastodon", text=text, published_at=at, received_at=at)
        message.author = author or (None if ours else text[:6].ljust(32, "0"))
        message.by_municipality, message.parent_id, message.annotation_due = ours, None if to is None else to.id, False
        self.session.add(message)
        self.session.flush()
        return message

    def understood(self, message: Message, street: str) -> None:
        """As a complaint about bags in a street of Havenkwartier."""
        said = Annotation(
            message_id=message.id, model="proef", language="nl", kind=Kind.COMPLAINT, tone=-0.4, urgency=0.2, annotated_at=NOW
        )
        self.session.add(said)
        self.session.flush()
        self.session.add(AnnotationTheme(message_id=message.id, rank=0, theme="afval", sub="afval/bijplaatsing", probability=0.9))
        at, place = message.text.index(street), f"havenkwartier/{street.lower()}"
        self.session.add(AnnotationPlace(message_id=message.id, start=at, end=at + len(street), place_id=place, area="havenkwartier"))

    def keep(self) -> None:
        self.session.commit()


@pytest.fixture
def talk(seeded: Session) -> Talk:
    return Talk(seeded)


def page(as_person: SignIn, name: str, message: Message, what: str = "gesprekken") -> str:
    answer = as_person(name).get(f"/{what}/{message.id}")
    assert answer.status_code == 200
    return answer.text


def test_it_is_the_same_from_any_of_its_messages_oldest_first_and_replies_below_what_they_answer(talk: Talk) -> None:
    told = [conversation(talk.session, one.id, WEBCARE) for one in (talk.question, talk.neighbour, talk.answer, talk.thanks)]
    turns = [[(turn.message_id, turn.depth, turn.who) for turn in one.turns] for one in told if one is not None]
    first, second = "Inwoner 1", "Inwoner 2"
    assert (
        turns
        == [
            [
                (talk.question.id, 0, first),
                (talk.neighbour.id, 1, second),
                (talk.answer.id, 1, "Gemeente"),
                (talk.thanks.id, 2, first),
                (talk.gone.id, 1, "Inwoner"),
            ]
        ]
        * 4
    )


def test_the_page_says_what_each_was_understood_as_and_part_of_and_who_waits(as_person: SignIn, talk: Talk) -> None:
    html = page(as_person, "redactie", talk.question)
    assert "Waarom ligt het hele" in html and "&lt;b&gt;Wie&lt;/b&gt;" in html and "<b>Wie" not in html
    assert ">Kadeplein</mark>" in html and "zeer zeker" in html and "klacht" in html
    assert "Zakken en spullen naast containers" in html and 'href="/signalen/1"' in html and 'href="/tickets/1"' in html
    assert "reageert op ons antwoord" in html and "verwijderd bij de bron" in html
    assert "wacht op antwoord" in html and "na 10 uur antwoord" in html


def test_no_pseudonym_that_could_be_followed_stands_on_the_page(as_person: SignIn, talk: Talk) -> None:
    html = page(as_person, "redactie", talk.question)
    assert talk.question.author and talk.question.author not in html and "Inwoner 1" in html


def test_only_who_answers_residents_is_led_to_the_original(as_person: SignIn, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PEOPLE, "Karin", (Role.WEBCARE, "klantcontact"))
    link = "https://social.example/@anna/1"
    assert link in page(as_person, "Karin", talk.question)
    assert link not in page(as_person, "Samira", talk.question)


def test_what_is_private_or_about_health_is_shown_to_who_handles_it_and_to_others_not_even_by_its_theme(talk: Talk) -> None:
    secret = talk.says(SECRET, 5, talk.question)
    secret.sensitive = True
    talk.keep()
    seen = {name: conversation(talk.session, talk.question.id, reader) for name, reader in (("open", OPEN), ("webcare", WEBCARE))}
    hidden = {name: [turn for turn in told.turns if turn.message_id == secret.id] for name, told in seen.items() if told}
    assert hidden["webcare"][0].told is not None and hidden["webcare"][0].who == "Inwoner 3"
    [turn] = hidden["open"]
    assert (turn.told, turn.places, turn.signal, turn.who, turn.urgent) == (None, (), None, "Inwoner", False)
    assert seen["open"] and seen["open"].hidden == 1 and seen["open"].waiting_since == talk.neighbour.published_at
    assert conversation(talk.session, secret.id, OPEN) is None and message_alone(talk.session, secret.id, OPEN) is None


def test_a_private_message_opens_for_its_department_and_is_not_there_for_another(as_person: SignIn, talk: Talk) -> None:
    talk.question.private = True
    talk.keep()
    assert QUESTION[:20] in page(as_person, "Samira", talk.question)
    joost = as_person("Joost")
    for what in ("gesprekken", "berichten"):
        answer = joost.get(f"/{what}/{talk.question.id}")
        assert answer.status_code == 404 and "Kadeplein" not in answer.text
    below = joost.get(f"/gesprekken/{talk.thanks.id}").text
    assert "privé of gaat over iemands gezondheid" in below and "Kadeplein" not in below and "social.example" not in below


def test_one_message_stands_alone_with_the_way_to_its_conversation(as_person: SignIn, talk: Talk) -> None:
    html = page(as_person, "redactie", talk.question, "berichten")
    assert f'href="/gesprekken/{talk.question.id}#bericht-{talk.question.id}"' in html
    assert "Kadeplein" in html and "al drie dagen" not in html


@pytest.mark.parametrize("number", ["0", "-1", "999999", "9" * 30, "x"])
def test_what_is_not_there_is_said(as_person: SignIn, talk: Talk, number: str) -> None:
    client = as_person("redactie")
    assert [client.get(f"/{what}/{number}").status_code for what in ("gesprekken", "berichten")] == [404, 404]


def test_a_deleted_message_opens_nothing(as_person: SignIn, talk: Talk) -> None:
    assert as_person("redactie").get(f"/gesprekken/{talk.gone.id}").status_code == 404


def test_of_a_very_long_conversation_the_part_around_the_message_is_shown(talk: Talk) -> None:
    replies = [talk.says(f"antwoord nummer {n}", 10 - n / 100, talk.question) for n in range(MOST + 20)]
    talk.keep()
    told = conversation(talk.session, replies[-1].id, WEBCARE)
    assert told is not None and len(told.turns) == MOST and told.left_out == 25
    assert replies[-1].id in {turn.message_id for turn in told.turns}


def test_a_place_is_called_by_its_name(talk: Talk) -> None:
    street = talk.session.get_one(Place, "havenkwartier/kadeplein")
    talk.session.add(AnnotationPlace(message_id=talk.question.id, start=0, end=6, place_id="havenkwartier", area="havenkwartier"))
    talk.keep()
    told = message_alone(talk.session, talk.question.id, OPEN)
    assert told is not None and told.turns[0].places == ("Havenkwartier", street.name)


def test_signals_tickets_trends_and_the_list_of_who_waits_lead_to_it(as_person: SignIn, talk: Talk) -> None:
    client = as_person("redactie")
    for path in ("/signalen/1", "/tickets/1", "/gemeenschap", "/trends?thema=afval"):
        links = re.findall(r'href="(/gesprekken/\d+#bericht-\d+)"', client.get(path).text)
        assert links, path
        assert client.get(links[0].split("#")[0]).status_code == 200


def test_search_leads_to_it(as_person: SignIn, talk: Talk) -> None:
    keep_words(talk.session, NOW - timedelta(days=2), NOW)
    talk.keep()
    assert f'href="/gesprekken/{talk.neighbour.id}#bericht-' in as_person("redactie").get("/zoeken?q=drie+dagen+bij+mij").text
