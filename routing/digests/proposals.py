"""What might be done about a signal, by criteria anyone can read. Each proposal is a whole Dutch sentence or two."""

from dataclasses import dataclass

from models.words import Action, Kind
from routing.signals.summary import listed

OUTSIDE = frozenset(
    "afval verkeersveiligheid parkeren wegen-en-stoepen groen water-en-riolering openbare-verlichting overlast dieren "
    "openbaar-vervoer-en-fiets".split()
)
"""Themes about something one can go and look at."""
MANY_QUESTIONS = 0.3


@dataclass(frozen=True)
class Situation:
    """What a proposal depends on."""

    theme: str
    department: str
    areas: tuple[str, ...]
    action: Action
    kind: Kind
    campaign: bool
    people: int
    question_share: float
    unanswered: int


def propose(situation: Situation) -> str:
    """The proposal for a signal."""
    where = f" in {listed(situation.areas[:2])}" if situation.areas else ""
    answer = " Zet het antwoord op de meest gestelde vraag klaar voor webcare en de telefoon." if _asks(situation) else ""
    if situation.action is Action.ALERT:
        return f"Bel {situation.department} nu, en laat melders weten dat het bekend is."
    if situation.campaign:
        return "Eén gezamenlijk antwoord met de afweging, en een seintje aan de wethouder."
    if situation.kind is Kind.COMPLIMENT:
        return f"Geef het compliment door aan {situation.department} en bedank de bewoners."
    if situation.theme in OUTSIDE and situation.people >= 5:
        return f"Ga samen met {situation.department} kijken{where}, en meld op de kanalen van de wijk wat er gebeurt.{answer}"
    if situation.people >= 5:
        return f"Bespreek met {situation.department} wat er speelt{where}, en laat bewoners weten wanneer er antwoord komt.{answer}"
    if answer:
        return f"Laat {situation.department} de vragen beantwoorden.{answer}"
    return f"Volgen. {situation.department} ziet het in het dagbericht."


def ask_of_department(situation: Situation) -> str:
    """The same, said to the department that holds the ticket."""
    where = f" in {listed(situation.areas[:2])}" if situation.areas else ""
    if situation.action is Action.ALERT:
        return f"Ga meteen kijken{where}, en laat webcare weten wat u doet." if situation.theme in OUTSIDE else "Neem dit nu op."
    if situation.theme in OUTSIDE:
        return f"Ga kijken{where} en zeg wanneer het is opgelost. Dan kan webcare de melders antwoorden."
    return "Zoek uit wat er speelt en zeg wat bewoners kunnen verwachten. Dan kan webcare antwoorden."


def _asks(situation: Situation) -> bool:
    return situation.question_share >= MANY_QUESTIONS and situation.unanswered > 0
