"""The proposal for a signal: a form, whole Dutch sentences, and why this one. Pure."""

from dataclasses import dataclass

from models.words import Action, ChoiceForm, Kind
from routing.proposals.criteria import Criteria, fits, ours, reasons
from routing.proposals.situation import Situation
from routing.signals.summary import listed

MANY_QUESTIONS = 0.3


@dataclass(frozen=True)
class Proposal:
    """What might be done. `because` are half sentences ("41 mensen", "al 5 weken"); `others` are forms that fit too, best first."""

    form: ChoiceForm
    sentence: str
    because: tuple[str, ...]
    others: tuple[ChoiceForm, ...] = ()


def propose(situation: Situation, criteria: Criteria | None = None) -> Proposal:
    """The first form of the table that fits; to follow it where none does."""
    fitting = [criterion for criterion in (criteria or ours()).proposals if fits(criterion.when, situation)]
    if not fitting:
        return Proposal(ChoiceForm.FOLLOW, sentence(ChoiceForm.FOLLOW, situation), ())
    first = fitting[0]
    others = dict.fromkeys(one.form for one in fitting if one.form not in (first.form, ChoiceForm.FOLLOW))
    return Proposal(first.form, sentence(first.form, situation), reasons(first.when, situation), tuple(others))


def sentence(form: ChoiceForm, situation: Situation) -> str:
    """What a form comes down to for this signal."""
    where = f" in {listed(situation.areas[:2])}" if situation.areas else ""
    department = situation.department
    answer = " Zet het antwoord op de meest gestelde vraag klaar voor webcare en de telefoon." if _asks(situation) else ""
    match form:
        case ChoiceForm.VISIT if situation.action is Action.ALERT:
            return f"Bel {department} nu, en laat melders weten dat het bekend is."
        case ChoiceForm.VISIT if situation.outside:
            return f"Ga samen met {department} kijken{where}, en meld op de kanalen van de wijk wat er gebeurt.{answer}"
        case ChoiceForm.VISIT:
            return f"Bespreek met {department} wat er speelt{where}, en laat bewoners weten wanneer er antwoord komt.{answer}"
        case ChoiceForm.BRIEF if situation.campaign:
            return "Eén gezamenlijk antwoord met de afweging, en een seintje aan de wethouder."
        case ChoiceForm.BRIEF:
            return f"Praat de wethouder vandaag bij, samen met {department}: wat bewoners zeggen, wat we weten, wat we doen.{answer}"
        case ChoiceForm.SURVEY:
            return f"Vraag met een korte vragenlijst{where} wat bewoners willen; zeg erbij welke ruimte {department} heeft om iets te doen."
        case ChoiceForm.Q_AND_A:
            return f"Bundel de vragen en laat de wethouder ze in een vragenuur beantwoorden, samen met {department}."
        case ChoiceForm.COMMUNITY:
            return f"Begin met {department} een kleine community over dit onderwerp, en nodig wie erover schreef uit om door te praten."
        case ChoiceForm.FOCUS_GROUP:
            return f"Richt met {department} een focusgroep op: vaste bewoners die langer meedenken en horen wat ermee gebeurt."
        case ChoiceForm.ANSWER if situation.kind is Kind.COMPLIMENT:
            return f"Geef het compliment door aan {department} en bedank de bewoners."
        case ChoiceForm.ANSWER:
            return f"Laat {department} de vragen beantwoorden.{answer}"
        case ChoiceForm.FOLLOW:
            return f"Volgen. {department} ziet het in het dagbericht."


def ask_of_department(situation: Situation) -> str:
    """What the department that holds the ticket is asked to do."""
    where = f" in {listed(situation.areas[:2])}" if situation.areas else ""
    if situation.action is Action.ALERT:
        return f"Ga meteen kijken{where}, en laat webcare weten wat u doet." if situation.outside else "Neem dit nu op."
    if situation.outside:
        return f"Ga kijken{where} en zeg wanneer het is opgelost. Dan kan webcare de melders antwoorden."
    return "Zoek uit wat er speelt en zeg wat bewoners kunnen verwachten. Dan kan webcare antwoorden."


def _asks(situation: Situation) -> bool:
    return situation.question_share >= MANY_QUESTIONS and situation.unanswered > 0
