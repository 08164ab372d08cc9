"""What the forms of a choice are called, in the order of their keys on the stand-up."""

from collections.abc import Mapping

from models.words import ChoiceForm

FORMS: Mapping[ChoiceForm, str] = {
    ChoiceForm.ANSWER: "antwoord en uitleg",
    ChoiceForm.VISIT: "samen met de afdeling erop af",
    ChoiceForm.SURVEY: "korte vragenlijst",
    ChoiceForm.Q_AND_A: "vragenuur met de wethouder",
    ChoiceForm.COMMUNITY: "kleine community",
    ChoiceForm.FOCUS_GROUP: "focusgroep",
    ChoiceForm.BRIEF: "bestuur inlichten",
    ChoiceForm.FOLLOW: "volgen",
}
