"""What a signal comes down to: its title, its figures, and how much it weighs. Values in, values out."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from models.language import _, one_or_more
from models.words import Channel, Kind
from routing.signals.copies import LONG_ENOUGH, clusters
from routing.signals.languages import DUTCH, is_foreign, language_name
from routing.signals.titles import with_words

DAY = timedelta(hours=24)
CAMPAIGN = 8
"""Near-identical texts from which a signal is a campaign, if they are also at least half of it."""
WAITING = frozenset({Kind.QUESTION, Kind.REPORT, Kind.COMPLAINT})
"""Kinds of message that want an answer."""
URGENT = 0.75
RETWEETED = 100
"""Characters by which a retweet is known: services cut what is passed on."""
_RETWEET = re.compile(r"^\s*RT\s+@?[^\s:]+\s*:?\s+")
TITLE_SHARE = 0.2
TITLE_AREAS = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a signal, as its summary sees it."""

    id: int
    at: datetime
    text: str
    author: str | None
    channel: Channel
    medium: str
    reach: int
    answered: bool
    kind: Kind
    tone: float
    urgency: float
    language: str = DUTCH


@dataclass(frozen=True)
class Summary:
    """The figures of a signal at a moment; `recent_*` count the 24 hours before it. `kind` and `language` are those of most messages."""

    messages: int
    people: int
    reach: int
    questions: int
    unanswered: int
    recent: int
    recent_people: int
    tone: float
    urgency: float
    kind: Kind
    campaign: bool
    channels: frozenset[Channel]
    language: str = DUTCH


def summarise(heard: Sequence[Heard], now: datetime) -> Summary:
    """Sum up at least one message."""
    recent = [message for message in heard if now - DAY < message.at <= now]
    voices, largest = _voices(heard)
    pressing = recent or heard
    return Summary(
        messages=len(heard),
        people=len(set(voices.values())),
        reach=_reach(heard),
        questions=sum(message.kind is Kind.QUESTION for message in heard),
        unanswered=sum(message.kind in WAITING and not message.answered for message in heard),
        recent=len(recent),
        recent_people=len({voices[message.id] for message in recent}),
        tone=sum(message.tone for message in pressing) / len(pressing),
        urgency=max((message.urgency for message in recent), default=0.0),
        kind=Counter(message.kind for message in pressing).most_common(1)[0][0],
        campaign=largest >= CAMPAIGN and largest * 2 >= len(heard),
        channels=frozenset(message.channel for message in heard),
        language=Counter(message.language for message in pressing).most_common(1)[0][0],
    )


def voices_of(heard: Sequence[Heard]) -> dict[int, str]:
    """Who speaks in each message, by message id: copies of one text are one voice, an unnamed caller is a voice of his own."""
    return _voices(heard)[0]


def _voices(heard: Sequence[Heard]) -> tuple[dict[int, str], int]:
    """See `voices_of`; and the number of messages in the largest group of copies."""
    long = sorted((m for m in heard if m.text.count(" ") + 1 >= LONG_ENOUGH), key=lambda m: (m.at, m.id)) if len(heard) > 1 else []
    first = clusters([(m.id, m.at, m.text) for m in long])
    sizes = Counter(first.values())
    copied = {id: original for id, original in first.items() if sizes[original] >= CAMPAIGN}
    voices = {m.id: f"copy {copied[m.id]}" if m.id in copied else m.author or f"unnamed {m.id}" for m in heard}
    for shared, original in retweets(heard).items():
        voices[shared] = voices.get(original, f"shared {original}")
    return voices, max(sizes.values(), default=0)


def retweets(heard: Sequence[Heard]) -> dict[int, int]:
    """Messages that only pass on another one, with that one (the first that passes it on, where it is not here itself)."""
    first: dict[str, int] = {}
    found: dict[int, int] = {}
    for message in sorted(heard, key=lambda one: (bool(_RETWEET.match(one.text)), one.at, one.id)):
        passed_on = _RETWEET.match(message.text)
        said = " ".join(_RETWEET.sub("", message.text).lower().split()).rstrip("…")[:RETWEETED]
        if passed_on and said and said in first:
            found[message.id] = first[said]
        elif said:
            first.setdefault(said, message.id)
    return found


def _reach(heard: Sequence[Heard]) -> int:
    """How often it was put before people. A source that counts how often a post was shared has counted its retweets already."""
    passed_on = retweets(heard)
    shared = Counter(passed_on.values())
    return sum(max(message.reach, 1 + shared[message.id]) for message in heard if message.id not in passed_on)


def weight(summary: Summary, usual: float) -> float:
    """How much a signal weighs in the order of the stand-up: people above the usual, in standard deviations of an ordinary day, more when
    they wait or are angry, less when it is praise or one copied text; and what is dangerous before what is merely much.
    """
    above = max(0.0, min(summary.recent, summary.recent_people * 1.5) - usual) / sqrt(usual + 1.0)
    waiting = summary.unanswered / summary.messages
    worth = above * (1.0 + 0.5 * waiting + 0.5 * max(0.0, -summary.tone))
    if summary.kind is Kind.COMPLIMENT or summary.campaign:
        worth *= 0.4
    if summary.urgency >= URGENT and summary.recent:
        worth += 8.0 * summary.urgency
    return round(worth, 3)


def title(sub_name: str, areas: Sequence[tuple[str, int]], summary: Summary, telling: Sequence[str] = ()) -> str:
    """What the signal is called: its sub-theme, its `telling` words (titles.py), and where most of it is. `areas` are names with their
    numbers of messages, most first."""
    mentions = sum(count for _, count in areas)
    main = [name for name, count in areas if count >= TITLE_SHARE * mentions]
    what = f"Campagne: {sub_name}" if summary.campaign else f"Complimenten: {sub_name}" if summary.kind is Kind.COMPLIMENT else sub_name
    what = f"{what} ({language_name(summary.language)})" if is_foreign(summary.language) else with_words(what, telling)
    if not main:
        return what
    if len(main) > TITLE_AREAS:
        return f"{what} in {main[0]} en omgeving"
    return f"{what} in {listed(main)}"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: `a, b en c`."""
    return _("%(names)s en %(last)s", names=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else "".join(names)


def times_usual(recent: float, usual: float) -> float:
    """How many times the usual; the usual counts as at least one message a day, so that two messages where none come are no wonder."""
    return recent / max(usual, 1.0)


def against_usual(recent: int, usual: float) -> str:
    """The comparison every figure carries, as a Dutch half sentence."""
    if usual < 0.5:
        return "gewoonlijk bijna geen"
    if recent >= 2 * usual:
        return f"{recent / usual:.0f} keer zoveel als gewoonlijk"
    return f"gewoonlijk {usual:.0f}"


def reason(theme_name: str, sub_name: str, recent: int, messages: int, areas: Sequence[str], usual: float, rule: str) -> str:
    """Why a department gets a signal, in one Dutch sentence."""
    where = f" in {listed(areas[:3])}" if areas else ""
    count = f"{counted(recent, 'bericht', 'berichten')} in 24 uur" if recent else f"{counted(messages, 'bericht', 'berichten')}"
    compared = f", {against_usual(recent, usual)}" if recent else ", nu stil"
    return f"Thema {theme_name}, {uncapitalised(sub_name)}: {count}{where}{compared} (regel '{rule}')."


def counted(number: int, one: str, more: str) -> str:
    return f"{number} {one_or_more(one, more, number)}"


def uncapitalised(name: str) -> str:
    """A name inside a sentence; abbreviations such as WOZ keep their capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
