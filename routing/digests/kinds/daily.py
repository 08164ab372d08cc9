"""The day's digest of a department and of the newsroom: first what is asked, then what rises, then what was settled."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.message import residents_between
from models.settings import settings
from models.words import DigestKind
from routing.bursts.yardstick import usual_in_town
from routing.digests.changes import changed, open_before, remembered, rises, tellable, waits
from routing.digests.content import Ask, DigestContent, Settled, Story, beyond, calm, led_by, story, waiting_too_long
from routing.digests.edition import Edition
from routing.digests.gathered import Done, Gathered
from routing.digests.item import Item
from routing.digests.subject import news
from routing.digests.subject import quiet as quiet_subject
from routing.readers.ranking import ranked
from routing.rules.in_force import problem_of
from routing.signals.summary import DAY, counted, listed, uncapitalised
from routing.stand_up.quiet import quiet
from routing.stand_up.told import in_short
from routing.stand_up.waiting import still_open

MOST = 5
"""Signals in a digest: of the others only the number is told."""


def department(gathered: Gathered, edition: Edition) -> DigestContent:
    """What a department should read: its tickets that are new or changed, its signals that rise, and its other messages by number."""
    audience, base = edition.audience, edition.base
    mine = gathered.of(audience.id)
    items = gathered.items(mine, edition.since)
    news_items = [item for item in items if changed(item, edition.memory)]
    asked = [item for item in news_items if _asks(item, audience.id)]
    told = [*ranked(asked, edition.factors), *ranked([item for item in news_items if item not in asked], edition.factors)]
    left = [item for item in items if waits(item) and item not in told and _asks(item, audience.id)]
    done = tellable((one for one in gathered.done if one.department_id == audience.id), edition.memory)
    numbers = {item.signal_id for item in told}
    ordinary = gathered.ordinary((signal for signal in mine if signal.id not in numbers), edition.since)
    page = f"{base}/afdelingen/{audience.id}"
    content = DigestContent(
        audience=audience.id,
        name=audience.name,
        kind=DigestKind.DAILY,
        day=edition.day,
        built_at=edition.now,
        since=edition.since,
        subject=subject_of(told[0]) if told else quiet_subject(sum(count for _, count in ordinary)),
        heading=edition.heading,
        opening=opening(told, ordinary, edition.since_words),
        settled=tuple(settled(one, base) for one in done),
        still_open=open_before(left),
        quiet=ordinary_line(ordinary, bool(told)),
        not_heard=tuple(f"{source.name}: {source.problem}" for source in gathered.silent),
        page=page,
        footer=f"U krijgt dit bericht omdat {audience.name} hier leest wat inwoners melden.",
        known=remembered([*told, *left], done, edition.memory, _present(gathered)),
    )
    return _first_of(content, [story(item, base, "Waarom bij u", subject_of(item), rises(item), asking=item in asked) for item in told])


def newsroom(session: Session, gathered: Gathered, edition: Edition, house: Sequence[str] = ()) -> DigestContent:
    """The stand-up as a letter: told as the page tells it, but of all that came since the last letter. `house` is what the newsroom has to
    know of the house itself, such as a department without an address.
    """
    base, now = edition.base, edition.now
    told = ranked([item for item in gathered.items(gathered.signals, edition.since) if rises(item)], edition.factors)
    done = tellable(gathered.done, edition.memory)
    not_heard = [f"{source.name}: {source.problem} {source.mend}".strip() for source in gathered.silent]
    if problem := problem_of(session, settings().config):
        not_heard.append(f"De regels kloppen niet; de vorige versie blijft gelden. {problem}")
    messages = residents_between(session, edition.since, now)
    usual = usual_in_town(session, now, settings().zone) * ((now - edition.since) / DAY)
    content = DigestContent(
        audience=edition.audience.id,
        name=edition.audience.name,
        kind=DigestKind.DAILY,
        day=edition.day,
        built_at=now,
        since=edition.since,
        subject=subject_of(told[0]) if told else quiet_subject(messages),
        heading=edition.heading,
        opening=_in_short(told, messages, usual, edition),
        settled=tuple(settled(one, base) for one in done),
        still_open=waiting_too_long(still_open(session, now)),
        quiet=calm(quiet(session, now, {item.theme for item in told[:MOST]})),
        not_heard=(*not_heard, *house),
        page=base,
        footer="U krijgt dit bericht omdat u bij de redactie van Luisterpost hoort.",
        known=remembered(told, done, edition.memory, _present(gathered)),
    )
    discuss = Ask(sentence="Bespreek dit in de stand-up.", button="Open de stand-up", link=base)
    stories = [
        story(item, base, f"Waarom bij {item.department}", subject_of(item), rises=True).model_copy(update={"ask": discuss})
        for item in told
    ]
    return _first_of(content, stories)


def subject_of(item: Item) -> str:
    """The news in one line."""
    return news(item.called, item.areas[0] if item.areas else None, item.messages, item.urgent, item.usual)


def settled(done: Done, base: str) -> Settled:
    """What was done, and what came of it: "Sinds dat is gedaan: 41 → 3 per dag."."""
    effect = f"Sindsdien {done.effect.figures}." if done.effect.figures else done.effect.sentence
    return Settled(title=done.title, outcome=done.outcome, effect=effect, link=f"{base}/tickets/{done.ticket_id}")


def opening(told: Sequence[Item], ordinary: Sequence[tuple[str, int]], since: str) -> str:
    """How much came since the last digest, in a line."""
    total = sum(item.messages for item in told) + sum(count for _, count in ordinary)
    if not told:
        return "Er is niets nieuws dat opvalt."
    return f"{counted(total, 'bericht', 'berichten')} {since}, waarvan dit opvalt."


def ordinary_line(ordinary: Sequence[tuple[str, int]], after_news: bool) -> str:
    """What came and does not stand out, by number."""
    said = "Verder rustig" if after_news else "Rustig"
    if not ordinary:
        return f"{said}: geen andere berichten." if after_news else "Rustig: geen berichten."
    total = sum(count for _, count in ordinary)
    named = listed([uncapitalised(name) for name, _ in ordinary[:3]])
    over = f"over {named}" if len(ordinary) <= 3 else f"over onder meer {named}"
    return f"{said}: {counted(total, 'los bericht', 'losse berichten')} {over}, zoals altijd."


def _asks(item: Item, department_id: str) -> bool:
    return waits(item) and item.ticket is not None and item.ticket.department_id == department_id


def _in_short(told: Sequence[Item], messages: int, usual: float, edition: Edition) -> str:
    """The stand-up's first line, counted since the newsroom's last letter."""
    urgent = [item for item in told if item.urgent]
    new = [item for item in told if item.new and not item.urgent]
    rising = [item for item in told if not item.new and not item.urgent]
    return in_short(messages, usual, rising, new, urgent, edition.now, edition.since_words)


def _first_of(content: DigestContent, stories: Sequence[Story]) -> DigestContent:
    return beyond(led_by(content, stories[:MOST]), max(0, len(stories) - MOST))


def _present(gathered: Gathered) -> list[int]:
    return [*(signal.id for signal in gathered.signals), *(one.signal_id for one in gathered.done)]
