"""One screen: a hard bound on words, whole sentences, and everything left out is counted."""

from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.words import DigestKind
from routing.digests.content import Ask, DigestContent, Line, QuoteLine, Section, Settled, Story, led_by
from routing.digests.fitting import MOST, fitted, smaller_ones
from routing.digests.forms import letter_of, words_of

WORD = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)


def sentence(most: int) -> st.SearchStrategy[str]:
    return st.lists(WORD, min_size=1, max_size=most).map(lambda words: " ".join(words) + ".")


LONG = sentence(60)
LINK = st.just("https://luisterpost.example/signalen/1")
STORIES = st.lists(
    st.builds(
        Story,
        signal_id=st.integers(1, 999),
        title=sentence(12),
        figures=LONG,
        media=sentence(8),
        waiting=sentence(8),
        why=st.just("Waarom bij u"),
        reason=LONG,
        ask=st.none() | st.builds(Ask, sentence=LONG, button=st.just("Bekijk"), link=LINK),
        quotes=st.lists(st.builds(QuoteLine, text=LONG, said=sentence(4)), max_size=3).map(tuple),
        curve=st.lists(st.integers(0, 50), max_size=14).map(tuple),
        curve_words=sentence(12),
        link=LINK,
    ),
    max_size=8,
)
CONTENT = st.builds(
    DigestContent,
    audience=st.just("reiniging"),
    name=st.just("Reiniging"),
    kind=st.sampled_from(DigestKind),
    day=st.just(date(2026, 11, 19)),
    built_at=st.just(datetime(2026, 11, 19, tzinfo=UTC)),
    subject=st.just("Zakken in Havenkwartier: 41 berichten"),
    heading=sentence(8),
    opening=LONG,
    interpretation=sentence(30),
    signed=sentence(3),
    settled=st.lists(st.builds(Settled, title=sentence(8), outcome=LONG, effect=sentence(8), link=LINK), max_size=6).map(tuple),
    sections=st.lists(
        st.builds(Section, heading=sentence(3), lines=st.lists(st.builds(Line, text=LONG, link=LINK), min_size=1, max_size=6).map(tuple)),
        max_size=5,
    ).map(tuple),
    still_open=LONG,
    quiet=LONG,
    not_heard=st.lists(LONG, max_size=20).map(tuple),
    page=LINK,
    footer=sentence(15),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(CONTENT, STORIES)
def test_a_digest_never_has_more_words_than_its_screen_and_cuts_no_sentence(content: DigestContent, stories: list[Story]) -> None:
    whole = led_by(content, stories)
    short = fitted(whole, words_of)
    assert words_of(short) <= MOST[content.kind]
    assert _sentences(short) <= _sentences(whole) | {short.more} | {line for line in short.not_heard if line.startswith("En ")}
    gone = len(whole.stories) - len(short.stories) + len(whole.settled) - len(short.settled) + _lines(whole) - _lines(short)
    assert short.beyond == gone
    assert bool(short.more) == bool(gone)
    assert short.ask == (short.lead.ask if short.lead else None)


@given(CONTENT, STORIES)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_each_step_leaves_less_to_read_and_what_is_asked_goes_last(content: DigestContent, stories: list[Story]) -> None:
    steps = list(smaller_ones(led_by(content, stories)))
    for before, after in pairwise(steps):
        assert words_of(after) <= words_of(before) + len(after.more.split()) + 8
        assert after.ask == before.ask


def test_what_fits_is_left_as_it_is() -> None:
    content = DigestContent(
        audience="groen",
        name="Groen",
        day=date(2026, 11, 19),
        built_at=datetime(2026, 11, 19, tzinfo=UTC),
        subject="Rustig: geen berichten",
        opening="Er is niets nieuws.",
        quiet="Rustig: geen berichten.",
        page="https://luisterpost.example",
        footer="Zomaar.",
    )
    assert fitted(content, words_of) == content
    assert "Rustig: geen berichten." in letter_of(content).text


def _lines(content: DigestContent) -> int:
    return sum(len(section.lines) for section in content.sections)


def _sentences(content: DigestContent) -> set[str]:
    said = {content.opening, content.quiet, content.still_open, *content.not_heard, content.more, content.interpretation}
    for story in content.stories:
        said |= {story.title, story.figures, story.media, story.waiting, story.reason, story.curve_words, *(q.text for q in story.quotes)}
    for one in content.settled:
        said |= {one.title, one.outcome, one.effect}
    said |= {line.text for section in content.sections for line in section.lines}
    return said - {""}
