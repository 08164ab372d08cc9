"""A small Rivierstad with a story to tell: what the pages are looked at with."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count

from sqlalchemy.orm import Session

from models import (
    Annotation,
    AnnotationPlace,
    AnnotationTheme,
    Burst,
    Delivery,
    Digest,
    Message,
    RejectedRow,
    Routing,
    RuleSet,
    Signal,
    SignalMessage,
    Source,
    SourceRun,
    Ticket,
    TicketEvent,
)
from models.words import Action, Channel, DeliveryStatus, DeliveryWay, Kind, RunOutcome, TicketStatus, TicketStep

BAGS = (
    ("Pas werkt niet meer sinds maandag, dus iedereen zet het er maar naast aan de Silostraat", "Silostraat"),
    ("Weer zes zakken naast de container bij het Kadeplein. Meeuwen hebben alles opengetrokken.", "Kadeplein"),
    ("Mevrouw belt dat de container op de Loskade vol lijkt maar leeg is, klep gaat niet open met de pas.", "Loskade"),
    ("Wanneer wordt de rommel aan de Containerkade opgehaald? Het ligt er nu drie dagen en het stinkt.", "Containerkade"),
    ("zakken zakken zakken 🤢 havenkwartier wordt een stort", None),
    (
        "Meneer heeft de pas drie keer geprobeerd, paneel blijft rood. Heeft de zak mee naar huis genomen. Vraagt wat hij nu moet.",
        "Silostraat",
    ),
    ("Lieve buren, zet je zak niet naast de bak. Ook niet als de pas het niet doet!", None),
    ("Kan iemand van de gemeente reageren? Dit is al de vierde melding over de Sleepbootstraat.", "Sleepbootstraat"),
)
LONG = (
    "Mevrouw belt namens drie buren in de flat. Zij vertelt dat de ondergrondse container voor de deur al sinds maandagochtend alle passen "
    "weigert, ook nieuwe. De buren zetten daarom hun zakken ernaast, waarna er in de nacht vreemden bij komen met grofvuil en een "
    "kapotte wasmachine. Zij heeft twee keer gebeld en één keer het formulier ingevuld, kreeg geen terugkoppeling, en vraagt of iemand "
    "vandaag kan laten weten wat de bedoeling is. Zij is overdag thuis."
)


class Rivierstad:
    """Builds rows in the words of the town. Its moments are relative to `now`."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self._numbers = count(1)
        self.session.add(
            Source(
                id="meldingen",
                name="Meldingen klantcontact",
                kind="file",
                channel=Channel.CONTACT_CENTRE,
                purpose="Weten waar inwoners over bellen, zodat de juiste afdeling het weet",
                legal_basis="Publieke taak (AVG artikel 6, lid 1 onder e)",
                retention_days=365,
                audience="redactie en behandelende afdeling",
                cursor={},
                next_read_at=now + timedelta(minutes=4),
            )
        )
        self.session.flush()

    def hears(
        self,
        text: str,
        hours_ago: float,
        sub: str = "afval/bijplaatsing",
        area: str | None = "havenkwartier",
        street: str | None = None,
        medium: str = "telefoon",
        kind: Kind = Kind.COMPLAINT,
        answered: bool = False,
        url: str | None = None,
    ) -> Message:
        """A resident's message, understood."""
        number = next(self._numbers)
        at = self.now - timedelta(hours=hours_ago)
        message = Message(
            source_id="meldingen",
            channel=Channel.CONTACT_CENTRE if medium == "telefoon" else Channel.SOCIAL,
            medium=medium,
            text=text,
            author=sha256(str(number).encode()).hexdigest()[:32],
            published_at=at,
            received_at=at,
            answered_at=at + timedelta(hours=2) if answered else None,
            url=url,
            annotation_due=False,
        )
        self.session.add(message)
        self.session.flush()
        self.session.add(
            Annotation(message_id=message.id, model="proef", language="nl", kind=kind, tone=-0.4, urgency=0.2, annotated_at=at)
        )
        self.session.flush()
        self.session.add(AnnotationTheme(message_id=message.id, rank=0, theme=sub.partition("/")[0], sub=sub, probability=0.9))
        if area is not None:
            named = street is not None and street in text
            start = text.index(street) if named and street else 0
            place = f"{area}/{street.lower()}" if named and street else area
            end = start + len(street) if named and street else min(len(text), 5)
            self.session.add(AnnotationPlace(message_id=message.id, start=start, end=end, place_id=place, area=area))
        return message

    def groups(self, messages: Sequence[Message], sub: str, title: str, areas: Sequence[str], usual: float, weight: float) -> Signal:
        """One signal of these messages."""
        moments = [message.published_at for message in messages]
        signal = Signal(
            theme=sub.partition("/")[0],
            sub=sub,
            title=title,
            areas=list(areas),
            first_at=min(moments),
            last_at=max(moments),
            created_at=min(moments),
            summarised_at=self.now,
            messages=len(messages),
            people=len({message.author for message in messages}),
            reach=len(messages),
            unanswered=sum(message.answered_at is None for message in messages),
            recent=sum(moment > self.now - timedelta(days=1) for moment in moments),
            usual=usual,
            weight=weight,
        )
        self.session.add(signal)
        self.session.flush()
        self.session.add_all(SignalMessage(message_id=m.id, signal_id=signal.id, joined_at=self.now) for m in messages)
        return signal

    def decides(self, signal: Signal, department: str, rule: str, reason: str, action: Action = Action.TICKET) -> None:
        self.session.add(
            Routing(
                signal_id=signal.id,
                rule_set="proef",
                rule=rule,
                action=action,
                department_id=department,
                reason=reason,
                decided_at=self.now - timedelta(hours=3),
            )
        )

    def opens(self, signal: Signal, department: str, due_in_hours: float, status: TicketStatus = TicketStatus.OPEN) -> Ticket:
        ticket = Ticket(
            signal_id=signal.id,
            department_id=department,
            status=status,
            opened_at=self.now - timedelta(hours=20),
            due_at=self.now + timedelta(hours=due_in_hours),
            messages_seen=signal.messages,
        )
        if status is TicketStatus.SETTLED:
            ticket.settled_at = self.now - timedelta(hours=5)
            ticket.outcome = "School en Verkeer zijn samen gaan kijken; er komt een drempel, tot dan staat er een brigadier."
        self.session.add(ticket)
        self.session.flush()
        told: list[tuple[float, TicketStep, str, str]] = [
            (20, TicketStep.OPENED, "luisterpost", ""),
            (6, TicketStep.GREW, "luisterpost", "Van 12 naar 41 berichten."),
        ]
        if status is not TicketStatus.OPEN:
            told.append((5.5, TicketStep.ACCEPTED, "Samira", ""))
        if status is TicketStatus.SETTLED:
            told.append((5, TicketStep.SETTLED, "Samira", ticket.outcome or ""))
        for hours, step, actor, note in told:
            self.session.add(TicketEvent(ticket_id=ticket.id, at=self.now - timedelta(hours=hours), step=step, actor=actor, note=note))
            self.session.flush()
        return ticket


def seed(session: Session, now: datetime, rules: str) -> None:
    """The waste-bag story, a settled crossing, a quiet compliment, an overdue lamp; and digests, mail and sources about them."""
    town = Rivierstad(session, now)
    session.add(RuleSet(version="proef", source=rules, in_force_since=now - timedelta(days=12)))
    session.flush()
    ages = [*(h * 0.55 for h in range(41)), *(25 + h * 2.2 for h in range(11)), *(52 + h * 24 for h in range(9))]
    bags = [_bag(town, n, hours) for n, hours in enumerate(ages)]
    bags.append(town.hears(LONG, 1.2, medium="telefoon", kind=Kind.QUESTION))
    story = town.groups(
        bags,
        "afval/bijplaatsing",
        "Zakken en spullen naast containers in Havenkwartier en Oude Haven",
        ["havenkwartier", "oude-haven"],
        5.2,
        90,
    )
    town.decides(
        story,
        "reiniging",
        "afval-piek",
        "Thema Afval, zakken naast containers: 42 berichten in 24 uur in Havenkwartier en Oude Haven, 8 keer zoveel als gewoonlijk "
        "(regel 'afval-piek').",
    )
    session.add(Burst(signal_id=story.id, day=now.date(), detected_at=now - timedelta(hours=4), observed=42, expected=5.2, p_value=1e-9))
    town.opens(story, "reiniging", 6)

    crossing = [
        town.hears(
            "Vanmorgen bijna een kind aangereden op de oversteek bij de Kastanjelaan",
            30 + 5 * n,
            "verkeersveiligheid/oversteek",
            "spoorzicht",
            "Kastanjelaan",
            "Facebook",
            answered=True,
        )
        for n in range(14)
    ]
    school = town.groups(crossing, "verkeersveiligheid/oversteek", "Gevaarlijke oversteek Kastanjelaan", ["spoorzicht"], 0.4, 40)
    town.decides(
        school, "verkeer", "gevaar-buiten", "Thema Verkeersveiligheid, gevaarlijke oversteek: 14 berichten van 14 mensen in Spoorzicht."
    )
    town.opens(school, "verkeer", 12, TicketStatus.SETTLED)

    lamps = [
        town.hears(
            "De lantaarns op het Irisplein doen het niet, het is er aardedonker",
            10 + 9 * n,
            "openbare-verlichting/lamp-kapot",
            "bloemenwijk",
        )
        for n in range(6)
    ]
    dark = town.groups(lamps, "openbare-verlichting/lamp-kapot", "Lantaarn kapot in Bloemenwijk", ["bloemenwijk"], 1, 20)
    town.decides(
        dark, "openbare-ruimte", "vaak-gemeld", "Thema Openbare verlichting, lantaarn kapot: 6 berichten van 6 mensen in Bloemenwijk."
    )
    town.opens(dark, "openbare-ruimte", -30, TicketStatus.ACCEPTED)

    thanks = [
        town.hears(
            "Complimenten voor de jongens van de groenploeg, het Singelpark ligt er prachtig bij",
            4 + n,
            "groen/parken-en-perken",
            "singelkwartier",
            kind=Kind.COMPLIMENT,
        )
        for n in range(4)
    ]
    glad = town.groups(thanks, "groen/parken-en-perken", "Parken en perken in Singelkwartier", ["singelkwartier"], 0.6, 8)
    town.decides(glad, "groen", "vangnet", "Geen regel past; het gaat mee in het dagbericht van Groen.", Action.DIGEST)
    _told(session, now)
    session.flush()


def _bag(town: Rivierstad, n: int, hours_ago: float) -> Message:
    text, street = BAGS[n % len(BAGS)]
    if street is not None:
        return town.hears(text, hours_ago, street=street)
    return town.hears(text, hours_ago, area="oude-haven", medium="Facebook", url="https://social.example/p/1")


def _told(session: Session, now: datetime) -> None:
    """Digests, mail and readings of sources."""
    html = "<html><body style='font-family: sans-serif'><h1>Goedemorgen</h1><p>Zakken naast containers: 42 berichten.</p></body></html>"
    text = "Goedemorgen\n\nZakken naast containers: 42 berichten, gewoonlijk 5.\n"
    for audience, days in (("newsroom", 0), ("newsroom", 1), ("reiniging", 0), ("verkeer", 0)):
        subject = "Zakken naast containers in Havenkwartier: 42 berichten, gewoonlijk 5" if audience != "verkeer" else "Een rustige dag"
        digest = Digest(
            audience=audience,
            day=(now - timedelta(days=days)).date(),
            subject=subject,
            content={},
            html=html,
            text=text,
            built_at=now - timedelta(days=days),
        )
        session.add(digest)
        session.flush()
        session.add(
            Delivery(
                key=f"digest/{audience}/{digest.day}",
                way=DeliveryWay.PAGE,
                status=DeliveryStatus.SENT,
                recipient=f"{audience}@rivierstad.example",
                subject=subject,
                html=html,
                text=text,
                digest_id=digest.id,
                created_at=now,
                due_at=now,
                attempts=1,
                sent_at=now,
            )
        )
    session.add(
        Source(
            id="wijkblog",
            name="Wijkblog Havenkwartier",
            kind="feed",
            channel=Channel.NEWS,
            purpose="Horen wat er in de wijk speelt",
            legal_basis="Publieke taak (AVG artikel 6, lid 1 onder e)",
            retention_days=180,
            audience="redactie",
            cursor={},
            next_read_at=None,
        )
    )
    session.flush()
    for hours, added, rejected in ((0.2, 12, 1), (1.2, 7, 0), (2.2, 0, 0), (26, 31, 0)):
        at = now - timedelta(hours=hours)
        session.add(
            SourceRun(
                source_id="meldingen",
                started_at=at,
                ended_at=at + timedelta(seconds=4),
                outcome=RunOutcome.PARTLY if rejected else RunOutcome.DONE,
                added=added,
                rejected=rejected,
            )
        )
    session.add(
        SourceRun(
            source_id="wijkblog",
            started_at=now - timedelta(hours=1),
            ended_at=now - timedelta(hours=1),
            outcome=RunOutcome.FAILED,
            problem="Het adres geeft een webpagina en geen feed.",
            mend="Zoek op de site naar “RSS” en zet dat adres in sources.yaml bij wijkblog.",
        )
    )
    session.add(
        RejectedRow(
            source_id="meldingen",
            location="meldingen-2026-11-19.csv, rij 412",
            item={"datum": "31-02-2026", "tekst": "Container zit vol", "=kanaal": "<b>telefoon</b>"},
            reason="De datum 31-02-2026 bestaat niet.",
            rejected_at=now - timedelta(minutes=12),
        )
    )
