"""The crisis digest: every hour how much, what is asked, what nobody answered, what was said; and one last that looks back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.crisis import Crisis, CrisisMessage
from models.settings import settings
from models.words import DigestKind, Kind
from routing.digests.content import DigestContent, Line, Section
from routing.digests.edition import Edition
from routing.digests.letters import shortened
from routing.digests.subject import of_words
from routing.signals.copies import clusters
from routing.signals.quotes import Said, most_telling
from routing.signals.summary import counted, listed

HOUR = timedelta(hours=1)
HOURS_SHOWN = 6
ASKED = 3
RUMOURS = 3
REPEATED = 3
"""Near-copies of one text from different people, from which it is going round."""
SAID = 2
QUOTED = 160
"""Characters of what the municipality said."""
PLACES = 4
FORGOTTEN = timedelta(hours=24)
"""After which somebody is asked whether it still is a crisis."""


def number_of(crisis: Crisis, now: datetime) -> int:
    """Which hour of a crisis has ended by now: 0 in its first hour."""
    return int((now - crisis.declared_at) // HOUR)


def crisis_digest(
    crisis: Crisis, said: Sequence[CrisisMessage], names: Mapping[str, str], edition: Edition, silent: Sequence[str]
) -> DigestContent:
    """What residents said of a crisis in the hour up to now, or, once it has ended, in all.

    `said` is all that was published since it was declared, and a few hours before; `names` those of neighbourhoods.
    """
    zone, now = settings().zone, crisis.ended_at or edition.now
    ended = crisis.ended_at is not None
    since = crisis.declared_at if ended else now - HOUR
    residents = [message for message in said if not message.by_municipality]
    lately = [message for message in residents if since < message.at <= now]
    webcare = [message for message in said if message.by_municipality and message.quotable and since < message.at <= now]
    before = [message for message in residents if since - HOUR < message.at <= since]
    sections = (
        Section(heading="Per uur", lines=(Line(text=per_hour(residents, now, zone)),)),
        Section(heading="Wat wordt gevraagd", lines=tuple(Line(text=f"“{text}”") for text in asked(lately))),
        Section(heading="Gaat rond, zonder antwoord", lines=tuple(Line(text=text) for text in going_round(lately))),
        Section(heading="Plekken", lines=(Line(text=places(lately, names)),) if any(m.areas for m in lately) else ()),
        Section(
            heading="Wat de gemeente zei",
            lines=tuple(Line(text=f"{m.at.astimezone(zone):%H:%M} “{shortened(m.text, QUOTED)}”") for m in webcare[-SAID:]),
        ),
        Section(heading="Is dit nog een crisis?", lines=(_still(crisis, edition),) if forgotten(crisis, edition.now) else ()),
    )
    waiting = sum(message.kind is Kind.QUESTION and not message.answered for message in lately)
    figures = f"{counted(len(lately), 'bericht', 'berichten')} van {counted(_people(lately), 'mens', 'mensen')}"
    span = f"sinds {crisis.declared_at.astimezone(zone):%H:%M}" if ended else f"het afgelopen uur, het uur ervoor {len(before)}"
    open_questions = f" {counted(waiting, 'vraag wacht', 'vragen wachten')} op antwoord." if waiting else ""
    return DigestContent(
        audience=edition.audience.id,
        name=edition.audience.name,
        kind=DigestKind.CRISIS,
        day=edition.day,
        built_at=edition.now,
        since=since,
        subject=subject(crisis.name, len(lately), ended),
        heading=f"{edition.heading}: {crisis.name}{' (afgesloten)' if ended else ''}",
        opening=f"{figures} {span}. {tone_words(lately)}{open_questions}",
        sections=tuple(section for section in sections if section.lines),
        quiet="Dit is het laatste crisisbericht; de crisis is afgesloten." if ended else "",
        not_heard=tuple(silent),
        page=f"{edition.base}/crisis/{crisis.id}",
        footer="U krijgt dit elk uur zolang de crisis duurt.",
    )


def subject(name: str, messages: int, ended: bool) -> str:
    """The crisis and its last hour in one line."""
    if ended:
        return of_words(f"Afgesloten: {name}", "Crisis afgesloten")
    return of_words(
        f"{name}: {counted(messages, 'bericht', 'berichten')} dit uur", f"{name}: {messages}x", f"Crisis: {messages} berichten dit uur"
    )


def per_hour(residents: Sequence[CrisisMessage], now: datetime, zone: ZoneInfo) -> str:
    """Messages of each of the last hours, oldest first: "4 (tot 10:45), 31 (tot 11:45)"."""
    counts = []
    for back in reversed(range(HOURS_SHOWN)):
        end = now - back * HOUR
        count = sum(end - HOUR < message.at <= end for message in residents)
        counts.append(f"{count} (tot {end.astimezone(zone):%H:%M})")
    return f"{', '.join(counts)}."


def asked(messages: Sequence[CrisisMessage]) -> list[str]:
    """The most telling questions that nobody answered, in the words of who asked; none that were asked in private."""
    open_questions = [m for m in messages if m.kind is Kind.QUESTION and not m.answered and m.quotable]
    said = [Said(m.id, m.text, m.author or f"unnamed {m.id}", bool(m.areas), m.tone) for m in open_questions]
    return [text for _, text in most_telling(said, ASKED)]


def going_round(messages: Sequence[CrisisMessage]) -> list[str]:
    """Texts that several people repeat and nobody answered: what may be a rumour. Most repeated first."""
    tellable = sorted((m for m in messages if m.quotable and not m.answered), key=lambda m: (m.at, m.id))
    first = clusters([(m.id, m.at, m.text) for m in tellable])
    texts = {m.id: m.text for m in tellable}
    voices: dict[int, set[str]] = {}
    for message in tellable:
        if message.id in first:
            voices.setdefault(first[message.id], set()).add(message.author or f"unnamed {message.id}")
    repeated = sorted(((len(people), id) for id, people in voices.items() if len(people) >= REPEATED), key=lambda pair: (-pair[0], pair[1]))
    found = [(count, most_telling([Said(id, texts[id], "one", False, 0.0)], 1)) for count, id in repeated[:RUMOURS]]
    return [f"{count} mensen: “{quote[0][1]}”" for count, quote in found if quote]


def places(messages: Sequence[CrisisMessage], names: Mapping[str, str]) -> str:
    """Neighbourhoods by the number of messages that name them, most first."""
    counts = Counter(area for message in messages for area in message.areas).most_common(PLACES)
    return f"{listed([f'{names.get(area, area)} ({count})' for area, count in counts])}."


def tone_words(messages: Sequence[CrisisMessage]) -> str:
    """How people sound, by the share that is clearly negative."""
    if not messages:
        return "Niemand schreef erover."
    angry = sum(message.tone <= -0.5 for message in messages) / len(messages)
    return "De toon is overwegend boos of bang." if angry >= 0.5 else "Een deel is boos of bang." if angry >= 0.2 else "De toon is rustig."


def forgotten(crisis: Crisis, now: datetime) -> bool:
    """Whether nobody said for a day that it still is a crisis."""
    return crisis.ended_at is None and now - crisis.confirmed_at >= FORGOTTEN


def _still(crisis: Crisis, edition: Edition) -> Line:
    return Line(
        text="Niemand heeft dit een dag lang bevestigd. Sluit de crisis af, of zeg dat zij nog duurt.",
        link=f"{edition.base}/crisis/{crisis.id}",
    )


def _people(messages: Sequence[CrisisMessage]) -> int:
    return len({message.author or message.id for message in messages})
