"""How well languages are told apart on short messages, and how often Dutch is taken for something else: that is the costly error."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from classify.examples import read
from classify.language import DUTCH, UNKNOWN, language_of
from classify.wording import spoken, tokens

CASES = Path(__file__).resolve().parent / "language_cases.txt"
TESTSET = Path(__file__).resolve().parent / "testset"


def language_cases() -> list[tuple[str, str]]:
    """The short messages, each with its language, as `language | text`."""
    lines = (line for line in CASES.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#"))
    return [(language.strip(), text.strip()) for language, _, text in (line.partition("|") for line in lines)]


def dutch_messages() -> list[str]:
    """Dutch messages by other writers: the test set, which is in Dutch but for its chatter in `none.txt`."""
    return [example.text for path in sorted(TESTSET.glob("*.txt")) if path.name != "none.txt" for example in read(path)]


def recall_by_language(cases: Iterable[tuple[str, str]], known: frozenset[str]) -> dict[str, float]:
    """Of each language the share of its messages that is recognised. `known` are words that Dutch residents use."""
    right, all_of = Counter[str](), Counter[str]()
    for language, text in cases:
        all_of[language] += 1
        right[language] += language_of(spoken(tokens(text)), known) == language
    return {language: right[language] / count for language, count in sorted(all_of.items())}


def taken_for_another(texts: Sequence[str], known: frozenset[str]) -> float:
    """The share of these Dutch texts that is taken for another language."""
    return sum(language_of(spoken(tokens(text)), known) not in (DUTCH, UNKNOWN) for text in texts) / len(texts)


def written(known: frozenset[str]) -> list[str]:
    """The figures as Markdown lines."""
    cases = language_cases()
    counts = Counter(language for language, _ in cases)
    dutch = [text for language, text in cases if language == DUTCH] + dutch_messages()
    return [
        "## Language of short messages",
        "",
        f"{len(cases)} messages written one by one (`classify/language_cases.txt`); some Frisian and Afrikaans words of "
        f"`small_words.txt` were added after looking at them. Of {len(dutch)} Dutch messages {taken_for_another(dutch, known):.2%} "
        "are taken for another language.",
        "",
        "| language | recognised | messages |",
        "|---|---|---|",
        *(f"| {language} | {recall:.2f} | {counts[language]} |" for language, recall in recall_by_language(cases, known).items()),
    ]
