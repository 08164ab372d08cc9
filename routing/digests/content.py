"""What a digest says, before it has a form: first what is asked, then what rises, what was settled, what is quiet, what was not heard."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from models.language import Language, speaking
from models.words import DigestKind, TicketStatus
from routing.digests.item import Item
from routing.signals.summary import counted, listed
from routing.stand_up.waiting import StillOpen

QUIET = 5
BARS = "▁▂▃▄▅▆▇█"


class Told(BaseModel):
    """Parent of what is stored with a digest."""

    model_config = ConfigDict(frozen=True)


class QuoteLine(Told):
    text: str
    said: str
    """Where and when: "Facebook, vrijdag 20 november"."""


class Ask(Told):
    """What is asked of the reader today: one sentence, one link."""

    sentence: str
    button: str
    link: str


class Story(Told):
    """One signal in a digest. `curve` has a number a day, oldest first; `curve_words` says the same in words. The first of a digest is told
    whole, the others in two lines: which is first, an editor may change.
    """

    signal_id: int
    sub: str = ""
    places: tuple[str, ...] = ()
    """Neighbourhoods, by id."""
    title: str
    subject: str = ""
    """The subject line of a digest that begins with it."""
    figures: str
    urgent: bool = False
    rises: bool = False
    """It is news; what only waits for the reader is none."""
    media: str = ""
    waiting: str = ""
    why: str = ""
    """Begins the reason: "Waarom bij u"."""
    reason: str = ""
    proposal: str = ""
    ask: Ask | None = None
    quotes: tuple[QuoteLine, ...] = ()
    curve: tuple[int, ...] = ()
    curve_words: str = ""
    link: str


class Settled(Told):
    title: str
    outcome: str
    effect: str
    link: str


class Line(Told):
    """One sentence or two of a section; `link` opens its evidence, `signal_id` is the signal it is about."""

    text: str
    link: str = ""
    signal_id: int | None = None


class Section(Told):
    """A heading with lines: what a weekly report, a half page and a crisis digest are made of."""

    heading: str
    lines: tuple[Line, ...]


class Remembered(Told):
    """What an audience knows of a signal: how large it was when they last read of it, and where its ticket stood."""

    signal_id: int
    total: int
    status: TicketStatus | None = None
    overdue: bool = False
    effect_seen: bool = False
    """Whether they read what settling it did."""


class DigestContent(Told):
    """One audience's digest of one day, week or hour: what changed since the one before."""

    audience: str
    name: str
    kind: DigestKind = DigestKind.DAILY
    day: date
    built_at: datetime
    since: datetime | None = None
    """From when on it tells what changed."""
    subject: str
    heading: str = ""
    """What kind of letter this is, and for whom."""
    opening: str
    interpretation: str = ""
    """What an editor makes of it, signed by `signed`."""
    signed: str = ""
    ask: Ask | None = None
    lead: Story | None = None
    rising: tuple[Story, ...] = ()
    beyond: int = 0
    """How many things did not fit."""
    more: str = ""
    settled: tuple[Settled, ...] = ()
    sections: tuple[Section, ...] = ()
    still_open: str = ""
    quiet: str = ""
    not_heard: tuple[str, ...] = ()
    page: str
    footer: str
    known: tuple[Remembered, ...] = ()
    """What this audience knows from here on."""

    @property
    def stories(self) -> tuple[Story, ...]:
        return (self.lead, *self.rising) if self.lead else self.rising


@speaking(Language.DUTCH)
def led_by(content: DigestContent, stories: Sequence[Story]) -> DigestContent:
    """The same digest with these stories, the first of them told whole and asking what it asks."""
    lead = stories[0] if stories else None
    return content.model_copy(update={"lead": lead, "rising": tuple(stories[1:]), "ask": lead.ask if lead else None})


def beyond(content: DigestContent, more: int) -> DigestContent:
    """The same digest, telling that so many more things stand behind its link."""
    total = content.beyond + more
    line = f"Er is nog meer: {counted(total, 'onderwerp', 'onderwerpen')} op de pagina." if total else ""
    return content.model_copy(update={"beyond": total, "more": line})


def story(item: Item, base: str, why: str, subject: str, rises: bool, asking: bool = False) -> Story:
    """A signal as a digest keeps it; `rises`: it is news; `asking`: its ticket asks something of the reader."""
    counts = tuple(day.messages for day in item.curve)
    return Story(
        signal_id=item.signal_id,
        sub=item.sub,
        places=item.places,
        title=item.title,
        subject=subject,
        figures=item.figures,
        urgent=item.urgent,
        rises=rises,
        media=item.media,
        waiting=f"{counted(item.unanswered, 'wacht', 'wachten')} nog op antwoord." if item.unanswered else "",
        why=why,
        reason=item.reason,
        proposal=item.proposal,
        ask=ask(item, base) if asking else None,
        quotes=tuple(QuoteLine(text=quote.text, said=", ".join(filter(None, (quote.medium, quote.area)))) for quote in item.quotes),
        curve=counts,
        curve_words=curve_words(counts),
        link=f"{base}/signalen/{item.signal_id}",
    )


def ask(item: Item, base: str) -> Ask | None:
    """What a department is asked to do with a ticket; None where there is none."""
    ticket = item.ticket
    if ticket is None:
        return None
    link = f"{base}/tickets/{ticket.id}"
    if ticket.overdue:
        return Ask(
            sentence="De termijn van dit ticket is voorbij. Handel het af, of zeg wat er nodig is.", button="Open het ticket", link=link
        )
    if ticket.status is not TicketStatus.OPEN:
        return Ask(sentence="U pakte dit ticket op. Schrijf op wat er is gedaan zodra het klaar is.", button="Open het ticket", link=link)
    return Ask(sentence=item.request, button="Bekijk en pak op", link=link)


def curve_words(counts: Sequence[int]) -> str:
    """A curve in words: "Berichten per dag, 14 dagen: hoogste 34, vandaag 34."."""
    return f"Berichten per dag, {len(counts)} dagen: hoogste {max(counts)}, vandaag tot nu toe {counts[-1]}." if counts else ""


def spark(counts: Sequence[int]) -> str:
    most = max(counts, default=0)
    return "".join(BARS[round(count / most * (len(BARS) - 1))] if most else BARS[0] for count in counts)


def waiting_too_long(late: StillOpen) -> str:
    """What the newsroom still waits for, in a line."""
    parts = []
    if late.answers:
        parts.append(f"{counted(late.answers, 'antwoord', 'antwoorden')} langer dan een dag")
    if late.overdue:
        parts.append(f"{counted(len(late.overdue), 'ticket', 'tickets')} over de termijn")
    return f"Nog open: {listed(parts)}." if parts else ""


def calm(themes: Sequence[str]) -> str:
    """The themes in which nothing is the matter, in a line."""
    if not themes:
        return ""
    more = f" en {counted(len(themes) - QUIET, 'ander thema', 'andere thema’s')}" if len(themes) > QUIET else ""
    named = ", ".join(themes[:QUIET]) if more else listed(themes)
    return f"Rustig: {named}{more}, als altijd."
