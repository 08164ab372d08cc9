"""What a signal is called: its sub-theme, and what sets its messages apart from ordinary ones. Values in, values out.

The telling words are those that are likelier in these messages than in others of its sub-theme, by log-odds with an informative
Dirichlet prior (Monroe, Colaresi & Quinn, Political Analysis 16, 2008): what is said often everywhere, or by one person only, does not
count, however often. Only words that several different people use are shown, so no resident's own words stand in a title.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt

from routing.signals.quotes import is_raw

LONGEST = 60
"""Characters of a title without its places."""
PEOPLE = 3
SHARE = 0.3
"""How many different people must use a word, and what part of all that is, before it is one of the title."""
TELLING = 2.5
"""Standard deviations from which a word is telling."""
PRIOR = 200.0
SHORTEST = 5
STEM = 5
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MASKED = re.compile(r"\[[^\]]*\]|https?://\S+|[@#]\S+")
_NOT_IN_TITLES = frozenset(
    "vandaag gisteren morgen vanochtend vanmorgen vanavond vannacht ochtend middag avond nacht weken maanden jaren dagen maandag dinsdag "
    "woensdag donderdag vrijdag zaterdag zondag week maand steeds alweer opnieuw nogmaals eindelijk gewoon helemaal eigenlijk volgens "
    "gemeente gemeentes rivierstad meldt melden melding meldingen vraagt vragen vraag beller belt klant mevrouw meneer mensen iedereen "
    "iemand niemand bewoner bewoners buren buurt straat graag groet groeten hallo beste goedemorgen goedemiddag dankjewel bedankt alvast "
    "waarom wanneer waar wordt worden werden hebben hadden kunnen kunt moeten moest willen zouden staat staan zitten liggen komen komt "
    "gaan doen doet laten maken maakt krijgt krijgen denk vindt geeft geven naast tussen onder boven zonder tegen tijdens sinds vanaf "
    "anders andere ander beetje altijd nooit weer meer minder twee drie vier eerste laatste keer".split()
)


def words_of(text: str) -> set[str]:
    """The words of a masked text that a title might show: written without a capital, so no names; nor what stands for something masked."""
    return {word for word in _WORD.findall(_MASKED.sub(" ", text)) if word.islower()}


def telling_words(
    said: Sequence[tuple[str, str]], ordinary: Mapping[str, int], messages: int, hidden: Iterable[str], most: int = 2
) -> list[str]:
    """The words that tell what these messages are about, most telling first.

    `said` are voices with their masked texts, `ordinary` in how many of `messages` others each word comes, `hidden` the words that the
    title has already or must not have: names of places, the sub-theme.
    """
    voices = Counter(word for _, texts in _by_voice(said).items() for word in set().union(*map(words_of, texts)))
    people = len(_by_voice(said))
    not_shown = _NOT_IN_TITLES | {word.lower() for word in hidden}
    starts = {word[:STEM] for word in not_shown if len(word) >= STEM}
    worth = {
        word: score
        for word, count in voices.items()
        if count >= max(PEOPLE, SHARE * people)
        and len(word) >= SHORTEST
        and word not in not_shown
        and word[:STEM] not in starts
        and not is_raw(word)
        if (score := log_odds(count, people, ordinary.get(word, 0), messages)) >= TELLING
    }
    chosen: list[str] = []
    for word in sorted(worth, key=lambda one: (-worth[one], one)):
        if not any(word[:STEM] == other[:STEM] for other in chosen):
            chosen.append(word)
    return chosen[:most]


def log_odds(here: int, of: int, there: int, messages: int) -> float:
    """How many standard deviations a word is likelier here (in `here` of `of`) than there; the prior is its share in both together."""
    share = (here + there + 0.1) / (of + messages + 1.0)
    prior, all_prior = PRIOR * share, PRIOR
    ours = log((here + prior) / (of + all_prior - here - prior))
    theirs = log((there + prior) / (messages + all_prior - there - prior)) if messages + all_prior > there + prior else 0.0
    return (ours - theirs) / sqrt(1 / (here + prior) + 1 / (there + prior))


def with_words(what: str, words: Sequence[str]) -> str:
    """The name of a sub-theme with its telling words, as many as fit: `Losse tegels: glasvezel, kuil`."""
    for count in range(len(words), 0, -1):
        called = f"{what}: {', '.join(words[:count])}"
        if len(called) <= LONGEST:
            return called
    return what


def _by_voice(said: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for voice, text in said:
        texts.setdefault(voice, []).append(text)
    return texts
