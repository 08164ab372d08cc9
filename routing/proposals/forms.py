"""What the forms of a choice are called, in the order of their keys on the stand-up."""

from collections.abc import Mapping

from models.language import msgid
from models.words import ChoiceForm

FORMS: Mapping[ChoiceForm, str] = {
    ChoiceForm.ANSWER: msgid("antwoord en uitleg"),
    ChoiceForm.VISIT: msgid("samen met de afdeling erop af"),
    ChoiceForm.SURVEY: msgid("korte vragenlijst"),
    ChoiceForm.Q_AND_A: msgid("vragenuur met de wethouder"),
    ChoiceForm.COMMUNITY: msgid("kleine community"),
    ChoiceForm.FOCUS_GROUP: msgid("focusgroep"),
    ChoiceForm.BRIEF: msgid("bestuur inlichten"),
    ChoiceForm.FOLLOW: msgid("volgen"),
}
