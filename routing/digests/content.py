"""What a digest says, before it has a form: first what is asked, then what rises, what was settled, what is quiet, what was not heard."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from models.words import TicketStatus
from routing.digests.item import Item
from routing.digests.letters import SUBJECT, shortened
from routing.digests.stand_up import Outcome, SilentSource, StandUp, StillOpen
from routing.signals.summary import counted, listed

RISING = 4
"""Signals after the first; the rest stands behind the link."""
QUIET = 5
BARS = "▁▂▃▄▅▆▇█"


class Told(BaseModel):
    """Parent of what is stored with a digest."""

    model_config = ConfigDict(frozen=True)


class QuoteLine(Told):
    text: str
    said: str
    """Where and when: "Facebook, vrijdag 20 november"."""


class Story(Told):
    """One signal in a digest. `curve` has a number a day, oldest first; `curve_words` says the same in words."""

    signal_id: int
    title: str
    figures: str
    media: str = ""
    waiting: str = ""
    why: str = ""
    """Begins the reason: "Waarom bij u"."""
    reason: str = ""
    proposal: str = ""
    quotes: tuple[QuoteLine, ...] = ()
    curve: tuple[int, ...] = ()
    curve_words: str = ""
    link: str


class Ask(Told):
    """What is asked of the reader today: one sentence, one link."""

    sentence: str
    button: str
    link: str


class Settled(Told):
    title: str
    outcome: str
    effect: str
    link: str


class DigestContent(Told):
    """One audience's digest of one day."""

    audience: str
    name: str
    day: date
    built_at: datetime
    subject: str
    opening: str
    ask: Ask | None
    lead: Story | None
    rising: tuple[Story, ...]
    more: str
    settled: tuple[Settled, ...]
    still_open: str
    quiet: str
    not_heard: tuple[str, ...]
    page: str
    footer: str

    @property
    def sparkline(self) -> str:
        return spark(self.lead.curve) if self.lead else ""


def for_newsroom(stand_up: StandUp, built_at: datetime, day: date, base: str) -> DigestContent:
    """The stand-up as a letter: the same facts as the page, from the same source."""
    first, rest = (stand_up.items[0], stand_up.items[1:]) if stand_up.items else (None, ())
    not_heard = [f"{source.name}: {source.problem} {source.mend}".strip() for source in stand_up.sources]
    if stand_up.rules_problem:
        not_heard.append(f"De regels kloppen niet; de vorige versie blijft gelden. {stand_up.rules_problem}")
    return DigestContent(
        audience="newsroom",
        name="Redactie",
        day=day,
        built_at=built_at,
        subject=news(first)
        if first
        else shortened(f"Rustige dag: {counted(stand_up.messages, 'bericht', 'berichten')}, geen pieken", SUBJECT),
        opening=stand_up.in_short,
        ask=Ask(sentence="Bespreek dit in de stand-up.", button="Open de stand-up", link=base) if first else None,
        lead=story(first, base, f"Waarom bij {first.department}") if first else None,
        rising=tuple(story(item, base) for item in rest),
        more=f"Er is nog meer: {counted(stand_up.more, 'signaal', 'signalen')} op de stand-up." if stand_up.more else "",
        settled=tuple(settled(outcome, base) for outcome in stand_up.outcomes),
        still_open=waiting_too_long(stand_up.still_open),
        quiet=calm(stand_up.quiet),
        not_heard=tuple(not_heard),
        page=base,
        footer="U krijgt dit bericht omdat u bij de redactie van Luisterpost hoort.",
    )


def for_department(
    department_id: str,
    name: str,
    items: Sequence[Item],
    ordinary: Sequence[tuple[str, int]],
    outcomes: Sequence[Outcome],
    sources: Sequence[SilentSource],
    built_at: datetime,
    day: date,
    base: str,
) -> DigestContent:
    """A department's digest. `items` are its signals with a ticket or news, weightiest first; `ordinary` names its other sub-themes of the
    last 24 hours with their numbers of messages.
    """
    asked = next((item for item in items if item.ticket is not None and item.ticket.status is not TicketStatus.SETTLED), None)
    first = asked or (items[0] if items else None)
    rest = [item for item in items if item is not first]
    inbox = f"{base}/afdelingen/{department_id}"
    return DigestContent(
        audience=department_id,
        name=name,
        day=day,
        built_at=built_at,
        subject=news(first) if first else quiet_subject(ordinary),
        opening=opening(items, ordinary),
        ask=ask(asked, base) if asked else None,
        lead=story(first, base, "Waarom bij u") if first else None,
        rising=tuple(story(item, base) for item in rest[:RISING]),
        more=f"Er is nog meer: {counted(len(rest) - RISING, 'signaal', 'signalen')} in uw postvak." if len(rest) > RISING else "",
        settled=tuple(settled(outcome, base) for outcome in outcomes),
        still_open="",
        quiet=ordinary_line(ordinary, bool(items)),
        not_heard=tuple(f"{source.name}: {source.problem}" for source in sources),
        page=inbox,
        footer=f"U krijgt dit bericht omdat {name} hier elke dag leest wat inwoners melden. Anders of niet meer? Zeg het de redactie.",
    )


def ask(item: Item, base: str) -> Ask:
    """What a department is asked to do with its first ticket."""
    ticket = item.ticket
    if ticket is None:
        raise ValueError("only a ticket asks for something")
    link = f"{base}/tickets/{ticket.id}"
    if ticket.overdue:
        return Ask(
            sentence="De termijn van dit ticket is voorbij. Handel het af, of zeg wat er nodig is.", button="Open het ticket", link=link
        )
    if ticket.status is TicketStatus.ACCEPTED:
        return Ask(sentence="U pakte dit ticket op. Schrijf op wat er is gedaan zodra het klaar is.", button="Open het ticket", link=link)
    return Ask(sentence=item.request, button="Bekijk en pak op", link=link)


def story(item: Item, base: str, why: str = "") -> Story:
    """A signal in a digest: whole for the first, with the words that begin its reason; in two lines for the others."""
    link = f"{base}/signalen/{item.signal_id}"
    if not why:
        return Story(signal_id=item.signal_id, title=item.title, figures=item.figures, link=link)
    counts = tuple(day.messages for day in item.curve)
    return Story(
        signal_id=item.signal_id,
        title=item.title,
        figures=item.figures,
        media=item.media,
        waiting=f"{counted(item.unanswered, 'wacht', 'wachten')} nog op antwoord." if item.unanswered else "",
        why=why,
        reason=item.reason,
        proposal=item.proposal,
        quotes=tuple(QuoteLine(text=quote.text, said=", ".join(filter(None, (quote.medium, quote.area)))) for quote in item.quotes),
        curve=counts,
        curve_words=curve_words(counts),
        link=link,
    )


def curve_words(counts: Sequence[int]) -> str:
    """A curve in words: "Berichten per dag, 14 dagen: hoogste 34, vandaag 34."."""
    return f"Berichten per dag, {len(counts)} dagen: hoogste {max(counts)}, vandaag tot nu toe {counts[-1]}." if counts else ""


def spark(counts: Sequence[int]) -> str:
    most = max(counts, default=0)
    return "".join(BARS[round(count / most * (len(BARS) - 1))] if most else BARS[0] for count in counts)


def settled(outcome: Outcome, base: str) -> Settled:
    effect = f"Was {_daily(outcome.before)} per dag, nu {_daily(outcome.after)}."
    return Settled(title=outcome.title, outcome=outcome.outcome, effect=effect, link=f"{base}/tickets/{outcome.ticket_id}")


def _daily(count: float) -> str:
    return f"{count:.0f}" if count >= 1 or count == 0 else "minder dan 1"


def waiting_too_long(late: StillOpen) -> str:
    parts = []
    if late.answers:
        parts.append(f"{counted(late.answers, 'antwoord', 'antwoorden')} langer dan een dag")
    if late.overdue:
        parts.append(f"{counted(len(late.overdue), 'ticket', 'tickets')} over de termijn")
    return f"Nog open: {listed(parts)}." if parts else ""


def calm(themes: Sequence[str]) -> str:
    if not themes:
        return ""
    more = f" en {counted(len(themes) - QUIET, 'ander thema', 'andere thema’s')}" if len(themes) > QUIET else ""
    named = ", ".join(themes[:QUIET]) if more else listed(themes)
    return f"Rustig: {named}{more}, als altijd."


def ordinary_line(ordinary: Sequence[tuple[str, int]], after_news: bool) -> str:
    quiet = "Verder rustig" if after_news else "Rustig"
    if not ordinary:
        return f"{quiet}: geen andere berichten." if after_news else "Rustig: geen berichten."
    total = sum(count for _, count in ordinary)
    named = listed([name.lower() if not name[1:2].isupper() else name for name, _ in ordinary[:3]])
    over = f"over {named}" if len(ordinary) <= 3 else f"over onder meer {named}"
    return f"{quiet}: {counted(total, 'los bericht', 'losse berichten')} {over}, zoals altijd."


def opening(items: Sequence[Item], ordinary: Sequence[tuple[str, int]]) -> str:
    if not items:
        return "Er is vandaag niets dat opvalt."
    alone = sum(count for _, count in ordinary)
    return f"{counted(sum(item.messages for item in items) + alone, 'bericht', 'berichten')} in 24 uur, waarvan dit opvalt."


def quiet_subject(ordinary: Sequence[tuple[str, int]]) -> str:
    total = sum(count for _, count in ordinary)
    return f"Rustige dag: {counted(total, 'bericht', 'berichten')}, niets bijzonders" if total else "Rustige dag: geen berichten"


def news(item: Item) -> str:
    """The subject line: what and where, and how much against the usual; at most 78 characters, the figures never cut off."""
    urgent = "Dringend: " if item.urgent else ""
    count = counted(item.messages, "bericht", "berichten")
    figures = [f"{count}, {word} {item.usual:.0f}" for word in ("gewoonlijk", "normaal")] + [count] if item.messages else ["nog open"]
    titles = [item.title, *([f"{item.title.partition(' in ')[0]} in {item.areas[0]}"] if item.areas else [])]
    for numbers in figures:
        for title in titles:
            if len(subject := f"{urgent}{title}: {numbers}") <= SUBJECT:
                return subject
    return f"{urgent}{shortened(titles[-1], SUBJECT - len(urgent) - len(figures[-1]) - 2)}: {figures[-1]}"
