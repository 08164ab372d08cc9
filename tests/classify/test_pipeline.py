"""What an annotation says."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from classify.annotated import Annotated
from classify.components import ANNOTATED
from classify.evaluation import Score, independent_messages, measure
from classify.features import design
from classify.model import Model
from classify.pipeline import Annotator, annotator_of
from classify.reader import Reader
from classify.wording import MOST_CHARACTERS, tokens, words
from models.municipality import Municipality
from models.settings import ROOT
from models.words import Kind


def say(reader: Annotator, text: str) -> Annotated:
    return next(reader.annotate([text]))


@pytest.mark.parametrize(
    ("text", "sub"),
    [
        ("Alweer vuilniszakken naast de ondergrondse container gezet", "afval/bijplaatsing"),
        ("De straatlantaarn voor onze deur brandt niet meer", "openbare-verlichting/lamp-kapot"),
        ("Hoe vraag ik een nieuw paspoort aan?", "burgerzaken/paspoort-en-id"),
        ("Losse stoeptegel, mijn moeder is gestruikeld", "wegen-en-stoepen/losse-tegels"),
        ("Overal hondendrollen op de stoep", "dieren/hondenpoep"),
    ],
)
def test_a_plain_message_gets_its_sub_theme(reader: Annotator, text: str, sub: str) -> None:
    found = say(reader, text)
    assert found.themes[0].sub == sub
    assert found.themes[0].theme == sub.split("/")[0]
    assert found.themes[0].probability > 0.5
    assert found.language == "nl"


@pytest.mark.parametrize("text", ["", "👍", "   ", "\u200b\u200b", "!!!", "\x00\x07", "https://rivierstad.example/x"])
def test_a_message_without_words_is_about_nothing(reader: Annotator, text: str) -> None:
    found = say(reader, text)
    assert (found.themes, found.language, found.kind, found.urgency) == ((), "und", Kind.OTHER, 0.0)


def test_small_talk_is_about_nothing(reader: Annotator) -> None:
    assert say(reader, "Gefeliciteerd met je verjaardag lieve oma, dikke kus!").themes == ()


def test_danger_to_life_is_urgent_and_a_full_bin_is_not(reader: Annotator) -> None:
    assert say(reader, "We ruiken gas in de hele straat en er is brand, kom snel!").urgency > 0.5
    assert say(reader, "De prullenbak bij de bushalte is vol").urgency < 0.3


def test_thanks_sound_glad_and_anger_does_not(reader: Annotator) -> None:
    assert say(reader, "Heel erg bedankt, super snel geholpen, complimenten!").tone > 0.2
    assert say(reader, "Belachelijk, al drie keer gemeld en jullie doen helemaal niks!!").tone < -0.2


def test_probabilities_come_best_first_and_within_bounds(reader: Annotator) -> None:
    for found in reader.annotate(example.text for example in independent_messages(ROOT / "config" / "rivierstad" / "messages")[:300]):
        chances = [theme.probability for theme in found.themes]
        assert chances == sorted(chances, reverse=True)
        assert all(0 <= chance <= 1 for chance in chances)
        assert len({theme.theme for theme in found.themes}) == len(found.themes)
        assert -1 <= found.tone <= 1
        assert 0 <= found.urgency <= 1


def test_the_sum_over_words_is_exactly_the_linear_model(model: Model) -> None:
    texts = [example.text for example in independent_messages(ROOT / "config" / "rivierstad" / "messages")[:200]]
    direct = design([[words(token) for token, _ in tokens(text)] for text in texts], model.vocabulary) @ model.coefficients.T + model.offset
    summed = Reader(model)
    read = summed.read([[summed.rows[token] for token, _ in tokens(text)] for text in texts])
    assert np.abs(direct - read.scores).max() < 1e-4


def test_the_reasons_add_up_to_the_score(model: Model) -> None:
    summed = Reader(model)
    rows = [summed.rows[token] for token, _ in tokens("Er liggen alweer vuilniszakken naast de container")]
    read = summed.read([rows])
    output = int(read.scores[0, : len(model.subs)].argmax())
    positive = summed.reasons(read, np.array([output]), 1000)[0]
    assert model.subs[output] == "afval/bijplaatsing"
    assert positive[0][1] >= positive[-1][1] > 0
    assert sum(value for _, value in positive) >= read.scores[0, output] - model.offset[output] - 1e-5


def test_a_very_long_message_is_read_in_bounded_time(reader: Annotator) -> None:
    began = time.monotonic()
    found = say(reader, "vuilniszakken naast de container " * 20_000)
    assert time.monotonic() - began < 2
    assert found.themes[0].theme == "afval"
    assert all(place.end <= MOST_CHARACTERS for place in found.places)


@rounds(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300) | st.text(alphabet="aeknstr #@[]«».-\n<>/&;'12", max_size=300))
def test_no_text_breaks_it_and_places_lie_within(reader: Annotator, text: str) -> None:
    found = say(reader, text)
    assert all(0 <= place.start < place.end <= len(text) for place in found.places)


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 50_000,
        "a" * 100_000,
        "https://x.example/" + "a" * 100_000,
        "<p>De <b>lantaarnpaal</b> is kapot</p>" * 2000,
        "лампа kaput 灯 المصباح " * 2000,
        "#" + "AbCd" * 20_000,
        "ruik " * 20_000 + "gas",
        "\ufdfa" * 20_000,
        "\x00\u202e\u200b" * 30_000,
        b"\xff\xfegat in de weg\xc3".decode("utf-8", errors="replace"),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_no_text_takes_long(reader: Annotator, text: str) -> None:
    began = time.process_time()
    found = say(reader, text)
    assert time.process_time() - began < 1
    assert 0 <= found.urgency <= 1


def test_markup_and_salutation_do_not_hide_what_is_said(reader: Annotator) -> None:
    bare = say(reader, "Er ligt een dode zwaan in de vijver")
    dressed = say(reader, "Geachte heer, mevrouw,<br>\nEr ligt een dode zwaan in de vijver.\nMet vriendelijke groet")
    assert dressed.themes[0].sub == bare.themes[0].sub


def test_a_plain_message_is_sure_and_a_riddle_is_not(reader: Annotator) -> None:
    assert say(reader, "Wordt er nog gestrooid vanavond?").sure
    assert not say(reader, "Als dat zo doorgaat weet ik het ook niet meer, de kast en de hond en het water").sure


def test_who_accepts_more_errors_gets_more_sure_answers(model: Model, rivierstad: Municipality) -> None:
    texts = [example.text for example in independent_messages(ROOT / "config" / "rivierstad" / "messages")[:400]]

    def sure(accepted: float) -> int:
        about = rivierstad.about.model_copy(update={"accepted_errors": accepted})
        return sum(found.sure for found in annotator_of(model, rivierstad.model_copy(update={"about": about})).annotate(texts))

    assert sure(0.02) < sure(0.05) < sure(0.2)


def test_spacy_documents_say_the_same(reader: Annotator) -> None:
    text = "Alweer vuilniszakken naast de container in de Merelstraat"
    assert reader.language(text).user_data[ANNOTATED] == say(reader, text)


def test_batches_and_single_messages_agree(reader: Annotator) -> None:
    texts = [example.text for example in independent_messages(ROOT / "config" / "rivierstad" / "messages")[:50]]
    for text, together in zip(texts, reader.annotate(texts), strict=True):
        alone = say(reader, text)
        assert [theme.sub for theme in alone.themes] == [theme.sub for theme in together.themes]
        assert (alone.kind, alone.places) == (together.kind, together.places)


def test_scores_on_messages_by_other_writers_hold(reader: Annotator) -> None:
    test = independent_messages(ROOT / "config" / "rivierstad" / "messages")
    found = list(reader.annotate(example.text for example in test))
    scores: dict[str, Score] = {score.name: score for score in measure(test, found, None)}
    assert scores["hoofdthema, macro-F1"].ours > 0.72
    assert scores["hoofdthema bij de eerste drie"].ours > 0.85
    assert scores["subthema, macro-F1"].ours > 0.66
    assert scores["ijkfout (ECE, 15 vakken)"].ours < 0.05
    assert scores["fout waar zeker"].ours < 0.08
    assert scores["zeker genoemd"].ours > 0.25
    assert scores["soort, macro-F1"].ours > 0.6
    assert scores["spoed, gevonden"].ours > 0.7
