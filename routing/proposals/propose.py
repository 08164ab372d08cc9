"""The proposal for a signal: a form, whole Dutch sentences, and why this one. Pure."""

from dataclasses import dataclass

from models.language import _
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
    where = _(" in %(places)s", places=listed(situation.areas[:2])) if situation.areas else ""
    named = {"department": situation.department, "where": where}
    answer = " " + _("Zet het antwoord op de meest gestelde vraag klaar voor webcare en de telefoon.") if _asks(situation) else ""
    match form:
        case ChoiceForm.VISIT if situation.action is Action.ALERT:
            return _("Bel %(department)s nu, en laat melders weten dat het bekend is.", **named)
        case ChoiceForm.VISIT if situation.outside:
            said = _("Ga samen met %(department)s kijken%(where)s, en meld op de kanalen van de wijk wat er gebeurt.", **named)
            return said + answer
        case ChoiceForm.VISIT:
            said = _("Bespreek met %(department)s wat er speelt%(where)s, en laat bewoners weten wanneer er antwoord komt.", **named)
            return said + answer
        case ChoiceForm.BRIEF if situation.campaign:
            return _("Eén gezamenlijk antwoord met de afweging, en een seintje aan de wethouder.")
        case ChoiceForm.BRIEF:
            said = _("Praat de wethouder vandaag bij, samen met %(department)s: wat bewoners zeggen, wat we weten, wat we doen.", **named)
            return said + answer
        case ChoiceForm.SURVEY:
            return _(
                "Vraag met een korte vragenlijst%(where)s wat bewoners willen; zeg erbij welke ruimte %(department)s "
                "heeft om iets te doen.",
                **named,
            )
        case ChoiceForm.Q_AND_A:
            return _("Bundel de vragen en laat de wethouder ze in een vragenuur beantwoorden, samen met %(department)s.", **named)
        case ChoiceForm.COMMUNITY:
            return _(
                "Begin met %(department)s een kleine community over dit onderwerp, en nodig wie erover schreef uit om door te praten.",
                **named,
            )
        case ChoiceForm.FOCUS_GROUP:
            return _("Richt met %(department)s een focusgroep op: vaste bewoners die langer meedenken en horen wat ermee gebeurt.", **named)
        case ChoiceForm.ANSWER if situation.kind is Kind.COMPLIMENT:
            return _("Geef het compliment door aan %(department)s en bedank de bewoners.", **named)
        case ChoiceForm.ANSWER:
            return _("Laat %(department)s de vragen beantwoorden.", **named) + answer
        case ChoiceForm.FOLLOW:
            return _("Volgen. %(department)s ziet het in het dagbericht.", **named)


def ask_of_department(situation: Situation) -> str:
    """What the department that holds the ticket is asked to do."""
    where = _(" in %(places)s", places=listed(situation.areas[:2])) if situation.areas else ""
    if situation.action is Action.ALERT:
        return _("Ga meteen kijken%(where)s, en laat webcare weten wat u doet.", where=where) if situation.outside else _("Neem dit nu op.")
    if situation.outside:
        return _("Ga kijken%(where)s en zeg wanneer het is opgelost. Dan kan webcare de melders antwoorden.", where=where)
    return _("Zoek uit wat er speelt en zeg wat bewoners kunnen verwachten. Dan kan webcare antwoorden.")


def _asks(situation: Situation) -> bool:
    return situation.question_share >= MANY_QUESTIONS and situation.unanswered > 0
