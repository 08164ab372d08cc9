"""The weekly report (omgevingsbericht): what rose and fell against the four weeks before, asked, settled, new and lasting, on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import sqrt

from sqlalchemy.orm import Session

from models.heard import subs_between
from models.message import questions_between
from models.settings import settings
from models.vocabulary import newest_words
from models.words import DigestKind
from routing.digests.content import DigestContent, Line, Section
from routing.digests.edition import Edition
from routing.digests.gathered import Done, Gathered
from routing.digests.subject import of_words
from routing.signals.summary import counted, listed, uncapitalised

WEEK = timedelta(weeks=1)
WEEKS_BEFORE = 4
FEWEST = 5
"""Messages a week below which a sub-theme neither rises nor falls: it is chance."""
STANDARD_DEVIATIONS = 2.5
"""How far from its four weeks a week must be: over a hundred sub-themes one or two by chance."""
MOST = 5
WORDS = 5


@dataclass(frozen=True)
class Moved:
    """A sub-theme whose week was unlike the four before: `usual` is their mean."""

    sub: str
    messages: int
    usual: float


def weekly(session: Session, gathered: Gathered, edition: Edition) -> DigestContent:
    """The report of the week that ended at the Monday of the edition."""
    zone, base = settings().zone, edition.base
    until = datetime.combine(edition.day, time(), zone) - timedelta(microseconds=1)
    since = until - WEEK
    names = gathered.stories.names
    counts, before = subs_between(session, since, until), subs_between(session, since - WEEKS_BEFORE * WEEK, since)
    rose, fell = moved(counts, {sub: count / WEEKS_BEFORE for sub, count in before.items()})
    total, usual = sum(counts.values()), sum(before.values()) / WEEKS_BEFORE
    questions, answered = questions_between(session, since, until)
    lasting = [item for item in gathered.items(gathered.signals, since) if item.lasting]
    words = newest_words(session, edition.day - timedelta(days=1), WORDS)
    sections = (
        Section(heading="Steeg", lines=tuple(_line(one, names, base) for one in rose[:MOST])),
        Section(heading="Daalde", lines=tuple(_line(one, names, base) for one in fell[:MOST])),
        Section(heading="Gevraagd", lines=(Line(text=_asked(questions, answered)),) if questions else ()),
        Section(heading="Afgehandeld", lines=tuple(_settled(one, base) for one in gathered.done)),
        Section(
            heading="Blijft terugkomen",
            lines=tuple(
                Line(text=f"{item.title}: {item.figures}", link=f"{base}/signalen/{item.signal_id}", signal_id=item.signal_id)
                for item in lasting
            ),
        ),
        Section(
            heading="Nieuwe woorden",
            lines=(Line(text=f"{listed([f'“{word.word}” ({word.people} mensen)' for word in words])}."),) if words else (),
        ),
    )
    told = tuple(section for section in sections if section.lines)
    week = (edition.day - timedelta(days=1)).isocalendar().week
    return DigestContent(
        audience=edition.audience.id,
        name=edition.audience.name,
        kind=DigestKind.WEEKLY,
        day=edition.day,
        built_at=edition.now,
        since=since,
        subject=subject(week, rose, fell, names),
        heading=edition.heading,
        opening=f"{counted(total, 'bericht', 'berichten')} in week {week}; de vier weken ervoor gemiddeld {usual:.0f}.",
        sections=told,
        quiet="" if rose or fell else "Een rustige week: geen onderwerp steeg of daalde meer dan toeval doet.",
        not_heard=tuple(f"{source.name}: {source.problem}" for source in gathered.silent),
        page=f"{base}/trends?per=week",
        footer="Dit omgevingsbericht verschijnt elke maandag.",
    )


def moved(counts: Mapping[str, int], usual: Mapping[str, float]) -> tuple[list[Moved], list[Moved]]:
    """What rose and what fell more than chance does, furthest first. `usual` is the mean of the four weeks before, by sub-theme.

    The week is held against the spread of a count whose mean is known from four: variance usual x (1 + 1/4).
    """
    rose: list[tuple[float, Moved]] = []
    fell: list[tuple[float, Moved]] = []
    for sub in sorted(set(counts) | set(usual)):
        now, before = counts.get(sub, 0), usual.get(sub, 0.0)
        far = (now - before) / sqrt(max(before, 1.0) * (1 + 1 / WEEKS_BEFORE))
        if far >= STANDARD_DEVIATIONS and now >= FEWEST:
            rose.append((far, Moved(sub, now, before)))
        elif far <= -STANDARD_DEVIATIONS and before >= FEWEST:
            fell.append((-far, Moved(sub, now, before)))
    return _furthest_first(rose), _furthest_first(fell)


def _furthest_first(found: Sequence[tuple[float, Moved]]) -> list[Moved]:
    return [one for _, one in sorted(found, key=lambda pair: (-pair[0], pair[1].sub))]


def subject(week: int, rose: Sequence[Moved], fell: Sequence[Moved], names: Mapping[str, str]) -> str:
    """The week in one line of at most 42 characters."""
    up, down = ([uncapitalised(names.get(one.sub, one.sub)) for one in found] for found in (rose, fell))
    lines = [f"Week {week}: meer {up[0]}, minder {down[0]}"] if up and down else []
    lines += [f"Week {week}: meer {name}" for name in up[:2]] + [f"Week {week}: minder {name}" for name in down[:2]]
    return of_words(*lines, f"Week {week}: {len(up)} gestegen, {len(down)} gedaald" if up or down else f"Week {week}: rustig")


def _line(one: Moved, names: Mapping[str, str], base: str) -> Line:
    before = "gewoonlijk bijna geen" if one.usual < 0.5 else f"gewoonlijk {one.usual:.0f} per week"
    return Line(
        text=f"{names.get(one.sub, one.sub)}: {counted(one.messages, 'bericht', 'berichten')}, {before}.",
        link=f"{base}/trends?thema={one.sub}&per=week",
    )


def _asked(questions: int, answered: int) -> str:
    return f"{counted(questions, 'vraag', 'vragen')}, waarvan {answered} beantwoord."


def _settled(done: Done, base: str) -> Line:
    effect = f" Sindsdien {done.effect.figures}." if done.effect.figures else ""
    return Line(
        text=f"{done.title}: {done.outcome}{'' if done.outcome.endswith(('.', '!', '?')) else '.'}{effect}",
        link=f"{base}/tickets/{done.ticket_id}",
        signal_id=done.signal_id,
    )
