"""The telling words of signals, weighed against what residents ordinarily write."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.signal import hidden_among, said_lately
from routing.signals.summary import Heard, voices_of
from routing.signals.titles import telling_words, words_of

SAMPLE = 3000


@dataclass(frozen=True)
class OrdinaryWords:
    """In how many of so many messages each word comes."""

    holding: Mapping[str, int]
    messages: int


def ordinary_words(session: Session) -> OrdinaryWords:
    """The words of the newest messages."""
    texts = said_lately(session, SAMPLE)
    return OrdinaryWords(Counter(word for text in texts for word in words_of(text)), len(texts))


def telling_by_signal(
    session: Session, heard: Mapping[int, Sequence[Heard]], names: Mapping[int, Sequence[str]], ordinary: OrdinaryWords
) -> dict[int, list[str]]:
    """The telling words of each signal; `names` are its sub-theme and places, whose words are told already.

    What was written to the municipality alone, or tells of somebody's health, gives no words.
    """
    hidden = hidden_among(session, list(heard))
    told = {}
    for number, messages in heard.items():
        voices = voices_of(messages)
        said = [(voices[message.id], message.text) for message in messages if message.id not in hidden]
        known = {word for name in names.get(number, ()) for word in name.replace("/", " ").replace("-", " ").split()}
        told[number] = telling_words(said, ordinary.holding, ordinary.messages, known)
    return told
