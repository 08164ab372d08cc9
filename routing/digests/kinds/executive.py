"""The half page for mayor and aldermen: three lines of what matters, what is sensitive, what was decided. At most 120 words."""

from collections.abc import Sequence, Set

from sqlalchemy import Row
from sqlalchemy.orm import Session

from models.choice import Choice, decided_between
from models.signal import Signal
from models.words import CLOSED, ChoiceForm, DigestKind
from routing.digests.changes import remembered, rises
from routing.digests.content import DigestContent, Line, Section
from routing.digests.edition import Edition
from routing.digests.gathered import Gathered
from routing.digests.item import Item, usually
from routing.digests.kinds.daily import subject_of
from routing.digests.subject import of_words
from routing.proposals.forms import FORMS
from routing.readers.ranking import ranked
from routing.signals.summary import counted, listed

MATTERS = 3
SENSITIVE = 2
DECIDED = 2
ANGRY = -0.5
"""Mean tone from which much talk of a subject is sensitive."""
MANY = 8
"""People from which anger is more than a quarrel."""
POLITICAL = frozenset({"bestuur-en-participatie", "veiligheid"})
"""Themes on which the executive itself is asked to answer."""


def executive(session: Session, gathered: Gathered, edition: Edition) -> DigestContent:
    """What the executive should know since its last half page."""
    base = edition.base
    items = ranked(gathered.items(gathered.signals, edition.since), edition.factors)
    decided = decided_between(session, edition.since, edition.now)
    briefed = {signal.id for choice, signal in decided if choice.form is ChoiceForm.BRIEF}
    told = [item for item in items if rises(item)][:MATTERS]
    tones = {signal.id: signal.tone for signal in gathered.signals}
    touchy = [item for item in items if item not in told and is_sensitive(item, tones.get(item.signal_id, 0.0), briefed)][:SENSITIVE]
    sections = (
        Section(heading="Wat speelt", lines=tuple(_line(item, base) for item in told)),
        Section(heading="Gevoelig", lines=tuple(_line(item, base) for item in touchy)),
        Section(heading="Besloten", lines=tuple(_decided(decided, base))[:DECIDED] + tuple(_settled(gathered, edition))[:DECIDED]),
    )
    return DigestContent(
        audience=edition.audience.id,
        name=edition.audience.name,
        kind=DigestKind.EXECUTIVE,
        day=edition.day,
        built_at=edition.now,
        since=edition.since,
        subject=subject_of(told[0]) if told else of_words("Niets dat het college raakt"),
        heading=edition.heading,
        opening="" if told or touchy else "Inwoners schreven niets dat het college raakt.",
        sections=tuple(section for section in sections if section.lines),
        not_heard=(f"{counted(len(gathered.silent), 'bron', 'bronnen')} zwegen of gaven een fout.",) if gathered.silent else (),
        page=base,
        footer="Halve pagina van de redactie. Bel de redactie voor meer.",
        known=remembered([*told, *touchy], (), edition.memory, [signal.id for signal in gathered.signals]),
    )


def is_sensitive(item: Item, tone: float, briefed: Set[int] = frozenset()) -> bool:
    """Whether the executive may be asked about it: the newsroom said so, many copy one text, many are angry, or it is about governing."""
    loud = item.people >= MANY and (tone <= ANGRY or item.theme in POLITICAL)
    return item.signal_id in briefed or (item.campaign and item.messages > 0) or loud


def _line(item: Item, base: str) -> Line:
    text = f"{item.title}: {counted(item.messages, 'bericht', 'berichten')}, {usually(item.usual)}. {_who(item)}"
    return Line(text=text, link=f"{base}/signalen/{item.signal_id}", signal_id=item.signal_id)


def _who(item: Item) -> str:
    """Who acts on it."""
    if item.ticket is None:
        return f"{item.department} leest mee."
    if item.ticket.status in CLOSED:
        return f"{item.ticket.department} handelde het af."
    if item.ticket.overdue:
        return f"Ligt bij {item.ticket.department}, over de termijn."
    return f"Ligt bij {item.ticket.department}."


def _decided(decided: Sequence[Row[Choice, Signal]], base: str) -> list[Line]:
    by_signal: dict[int, list[Choice]] = {}
    titles = {signal.id: signal.title for _, signal in decided}
    for choice, signal in decided:
        by_signal.setdefault(signal.id, []).append(choice)
    return [
        Line(
            text=f"{titles[number]}: {listed([FORMS[choice.form] for choice in choices])}.",
            link=f"{base}/signalen/{number}",
            signal_id=number,
        )
        for number, choices in by_signal.items()
    ]


def _settled(gathered: Gathered, edition: Edition) -> list[Line]:
    """What was settled since the last half page, and what of earlier ones helped."""
    told = (one for one in gathered.done if one.settled_at > edition.since)
    return [
        Line(text=f"{one.title}: {one.outcome}", link=f"{edition.base}/tickets/{one.ticket_id}", signal_id=one.signal_id) for one in told
    ]
