"""The figures that Luisterpost counts itself: what each is called, how it is asked, and where its evidence stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from math import inf

from sqlalchemy.orm import Session

from dashboards.meetlat.evidence import DONE, ENDLESS, Days, of_months, share
from dashboards.meetlat.score import Figure
from dashboards.scorecard.figures.margins import Measured
from dashboards.scorecard.figures.past import Past
from dashboards.scorecard.goals import Own, OwnIndicator, Unit
from models.feedback import opinion_counts
from models.language import msgid
from models.words import Opinion
from routing.community.count import counted, later
from routing.community.month import FEWEST_PEOPLE, Month

FEW_MESSAGES, FEW_TICKETS, FEW_DEPARTMENTS = 30, 5, 3
"""Of fewer nothing is said, unless the indicator names a number of its own. As the yardstick has it."""
COMMUNITY, INBOX, YARDSTICK, READ, AGENDA = (
    "/gemeenschap?maand={month:%Y-%m}",
    "/afdelingen",
    "/meetlat?jaar={month:%Y}",
    "/gelezen?maand={month:%Y-%m}",
    "/agenda?vanaf={month:%Y-%m-%d}",
)
MESSAGES, TICKETS = msgid("vragen, meldingen en klachten"), msgid("tickets")


@dataclass(frozen=True)
class Known:
    """One figure of the registry. `how` is its query in words; `of` what it is counted from; `page` the address that shows its evidence."""

    name: str
    of: str
    least: int
    how: str
    page: str
    unit: Unit = Unit.PERCENT


def _heard(name: str, of: str, how: str, least: int = FEW_MESSAGES, unit: Unit = Unit.PERCENT) -> Known:
    return Known(name, of, least, how, COMMUNITY, unit)


KNOWN: Mapping[Own, Known] = {
    Own.ANSWERED: _heard(
        msgid("Vragen, meldingen en klachten die antwoord kregen"),
        MESSAGES,
        msgid("Van de berichten die om antwoord vragen en minstens drie dagen oud zijn: het deel met een antwoord."),
    ),
    Own.WITHIN_DAY: _heard(
        msgid("Antwoord binnen 24 uur"),
        MESSAGES,
        msgid("Van de berichten die om antwoord vragen en minstens drie dagen oud zijn: het deel met een antwoord binnen 24 uur."),
    ),
    Own.WITHIN_WORKING_HOURS: _heard(
        msgid("Antwoord binnen %(hours)s werkuren"),
        MESSAGES,
        msgid(
            "Van de berichten die om antwoord vragen en minstens drie dagen oud zijn: het deel met een antwoord binnen zoveel uren "
            "waarin het stadhuis open was. Weekend en feestdagen tellen niet."
        ),
    ),
    Own.USUAL_WAIT: _heard(
        msgid("Hoe lang de helft hooguit wacht"),
        MESSAGES,
        msgid("De mediaan van de wachttijd in uren, met wie nog wacht meegeteld."),
        unit=Unit.HOURS,
    ),
    Own.MET_SHUT: _heard(
        msgid("Antwoord buiten kantooruren"),
        msgid("berichten van buiten kantooruren"),
        msgid("Van wat buiten kantooruren binnenkwam: het deel dat antwoord had voordat het stadhuis weer openging."),
    ),
    Own.DIALOGUE: _heard(
        msgid("Eigen berichten die een reactie zijn"),
        msgid("eigen berichten"),
        msgid("Van de berichten van de gemeente zelf: het deel dat antwoordt op iemand."),
    ),
    Own.JOINED: _heard(
        msgid("Reacties in gesprekken die een inwoner begon"),
        msgid("eigen reacties"),
        msgid("Van de reacties van de gemeente: het deel in een gesprek dat een inwoner begon."),
    ),
    Own.IDEAS: _heard(
        msgid("Ideeën van inwoners waarop de gemeente inging"),
        msgid("ideeën"),
        msgid("Van de ideeën die minstens drie dagen oud zijn: het deel met een antwoord."),
        least=5,
    ),
    Own.HELPED: _heard(
        msgid("Na afhandeling schreven duidelijk minder mensen"),
        msgid("afgehandelde tickets"),
        msgid("Van de afgehandelde tickets waarvan het te zeggen is: het deel waarna duidelijk minder mensen erover schreven."),
        least=5,
    ),
    Own.ACTIVE: _heard(
        msgid("Mensen die actief meedoen"),
        msgid("mensen die schreven"),
        msgid("Van wie schreef waar iedereen het kan lezen: het deel dat dat op twee dagen of meer deed."),
    ),
    Own.TOGETHER: Known(
        msgid("Besluiten die met inwoners samen gaan"),
        msgid("besluiten"),
        FEW_TICKETS,
        msgid("Van de besluiten bij de stand-up: het deel bezoek, vragenlijst, vragenuur, community of focusgroep."),
        YARDSTICK,
    ),
    Own.ASKING: Known(
        msgid("Momenten waarop de gemeente iets vraagt"),
        msgid("momenten in de agenda"),
        3,
        msgid("Van wat in de agenda staat aan vertellen en vragen: het deel vragen."),
        AGENDA,
    ),
    Own.DEPARTMENTS: Known(
        msgid("Afdelingen die in actie kwamen"),
        msgid("afdelingen met een ticket"),
        FEW_DEPARTMENTS,
        msgid("Van de afdelingen die een ticket kregen: het deel dat er minstens een oppakte of afhandelde."),
        INBOX,
    ),
    Own.IN_TERM: Known(
        msgid("Signalen op tijd afgehandeld"),
        TICKETS,
        FEW_TICKETS,
        msgid("Van de tickets die werden afgehandeld: het deel binnen de termijn."),
        INBOX,
    ),
    Own.OUTCOME: Known(
        msgid("Signalen met een uitkomst die inwoners kunnen lezen"),
        TICKETS,
        FEW_TICKETS,
        msgid("Van de tickets die dicht zijn of langer dan dertig dagen open: het deel met een zin over wat er gedaan is."),
        INBOX,
    ),
    Own.READING: Known(
        msgid("Afdelingen die laten weten dat ze lezen"),
        msgid("afdelingen met een bericht"),
        FEW_DEPARTMENTS,
        msgid("Van de afdelingen die een bericht kregen: het deel dat op gezien, opgepakt of nuttig drukte. Een ondergrens."),
        READ,
    ),
    Own.USEFUL: Known(
        msgid("Onderwerpen die lezers nuttig vinden"),
        msgid("oordelen"),
        FEW_TICKETS,
        msgid("Van de oordelen nuttig en niet voor ons onder onderwerpen in berichten: het deel nuttig."),
        READ,
    ),
}
COUNTED_BY_MONTH = frozenset(own for own, known in KNOWN.items() if known.page == COMMUNITY)
YARDSTICK_NAMES = {Own.MET_SHUT: "buiten"}
"""What the yardstick calls a figure otherwise."""


@dataclass(frozen=True)
class Heard:
    """What is counted of one month's conversations, and the yardstick's figures of it."""

    month: Month
    figures: Mapping[str, Figure]


def heard_between(session: Session, first: date, last: date) -> dict[date, Heard]:
    """The months of conversation that are counted whose first day lies between these, both included."""
    return {day: Heard(month, of_months([month])) for day, month in counted(session, first, last).items()}


def measured(session: Session, indicator: OwnIndicator, days: Days, heard: Heard | None, past: Past) -> Measured | None:
    """One figure of one month. None where there is nothing to count."""
    if indicator.figure in COUNTED_BY_MONTH:
        return _of_month(indicator, heard) if heard is not None else None
    ask = DONE.get(indicator.figure.value, _useful)
    whole, part = past.parts(indicator.figure, days, lambda: ask(session, days))
    return _percent(share(part, whole)) if whole else None


def month_of(month: date, days: Days) -> Days:
    """The days of one month."""
    return Days(month, date.fromordinal(later(month).toordinal() - 1), days.now, days.zone)


def _of_month(indicator: OwnIndicator, heard: Heard) -> Measured | None:
    if special := SPECIAL.get(indicator.figure):
        return special(indicator, heard)
    figure = heard.figures.get(YARDSTICK_NAMES.get(indicator.figure, indicator.figure.value))
    return _percent(figure) if figure else None


def _within_day(_: OwnIndicator, heard: Heard) -> Measured | None:
    all_of = heard.month.all
    return _percent(share(all_of.within_day, all_of.wanting)) if all_of.wanting else None


def _within_hours(indicator: OwnIndicator, heard: Heard) -> Measured | None:
    all_of = heard.month.all
    met = all_of.worked.get(indicator.hours or 0)
    return _percent(share(met, all_of.wanting)) if met is not None and all_of.wanting else None


def _wait(_: OwnIndicator, heard: Heard) -> Measured | None:
    figure = heard.figures.get("snelheid")
    return Measured(inf if figure.value >= ENDLESS else figure.value, figure.of) if figure else None


def _active(_: OwnIndicator, heard: Heard) -> Measured | None:
    month = heard.month
    return _percent(share(month.active, month.writers)) if month.writers >= FEWEST_PEOPLE else None


SPECIAL: Mapping[Own, Callable[[OwnIndicator, Heard], Measured | None]] = {
    Own.WITHIN_DAY: _within_day,
    Own.WITHIN_WORKING_HOURS: _within_hours,
    Own.USUAL_WAIT: _wait,
    Own.ACTIVE: _active,
}


def _useful(session: Session, days: Days) -> tuple[int, int]:
    said = opinion_counts(session, days.since, days.until)
    useful, unwanted = (
        sum(count for (_, opinion), count in said.items() if opinion is which) for which in (Opinion.USEFUL, Opinion.NOT_FOR_US)
    )
    return useful + unwanted, useful


def _percent(figure: Figure) -> Measured:
    low, high = figure.low, figure.high
    return Measured(100 * figure.value, figure.of, None if low is None else 100 * low, None if high is None else 100 * high)
