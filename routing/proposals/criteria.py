"""When which form fits: the table of criteria.yaml, and in Dutch why it fits."""

import logging
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from models.configuration import ConfigurationError, Written, read_yaml
from models.language import _, msgid, translated
from models.words import Action, ChoiceForm, Kind
from routing.proposals.situation import Situation
from routing.signals.summary import counted

OURS = Path(__file__).parent / "criteria.yaml"
THEIRS = "proposals.yaml"
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
log = logging.getLogger(__name__)


class When(Written):
    """What must hold; what is left out asks for nothing."""

    people_at_least: Count | None = None
    neighbourhoods_at_least: Count | None = None
    channels_at_least: Count | None = None
    weeks_at_least: Count | None = None
    questions_at_least: Share | None = None
    opinions_at_least: Share | None = None
    kinds_at_least: Count | None = None
    words_at_least: Count | None = None
    divided_at_least: Share | None = None
    turns_at_least: Annotated[float, Field(ge=1)] | None = None
    tone_at_most: Annotated[float, Field(ge=-1, le=1)] | None = None
    sensitive: bool | None = None
    returning_at_least: Count | None = None
    outside: bool | None = None
    alert: bool | None = None
    campaign: bool | None = None
    kind: Kind | None = None
    unanswered_at_least: Count | None = None


class Criterion(Written):
    """A form, and when it fits."""

    form: ChoiceForm
    when: When


class Criteria(Written):
    """criteria.yaml, or a municipality's proposals.yaml."""

    proposals: list[Criterion]


MEASURES: Mapping[str, Callable[[Situation], object]] = {
    "people_at_least": lambda s: s.people,
    "neighbourhoods_at_least": lambda s: len(s.areas),
    "channels_at_least": lambda s: s.channels,
    "weeks_at_least": lambda s: s.weeks,
    "questions_at_least": lambda s: s.question_share,
    "opinions_at_least": lambda s: s.opinion_share,
    "kinds_at_least": lambda s: s.kinds,
    "words_at_least": lambda s: s.words,
    "divided_at_least": lambda s: s.divided,
    "turns_at_least": lambda s: s.turns,
    "tone_at_most": lambda s: s.tone,
    "sensitive": lambda s: s.sensitive,
    "returning_at_least": lambda s: s.returning,
    "outside": lambda s: s.outside,
    "alert": lambda s: s.action is Action.ALERT,
    "campaign": lambda s: s.campaign,
    "kind": lambda s: s.kind,
    "unanswered_at_least": lambda s: s.unanswered,
}
"""What each condition looks at."""

KINDS: Mapping[Kind, str] = {
    Kind.QUESTION: msgid("vragen"),
    Kind.REPORT: msgid("meldingen"),
    Kind.COMPLAINT: msgid("klachten"),
    Kind.COMPLIMENT: msgid("complimenten"),
    Kind.IDEA: msgid("ideeën"),
    Kind.OPINION: msgid("meningen"),
    Kind.OTHER: msgid("losse berichten"),
}
REASONS: Mapping[str, Callable[[Situation], str]] = {
    "people_at_least": lambda s: _("%(people)s erover", people=counted(s.people, "mens schreef", "mensen schreven")),
    "neighbourhoods_at_least": lambda s: counted(len(s.areas), "buurt", "buurten"),
    "channels_at_least": lambda s: _("langs %(channels)s", channels=counted(s.channels, "soort kanaal", "soorten kanalen")),
    "weeks_at_least": lambda s: _("al %(weeks)s", weeks=counted(s.weeks, "week", "weken")),
    "questions_at_least": lambda s: _("veel vragen (%(share)s)", share=f"{s.question_share:.0%}"),
    "opinions_at_least": lambda s: _("veel meningen en ideeën (%(share)s)", share=f"{s.opinion_share:.0%}"),
    "kinds_at_least": lambda __: _("vragen, klachten en meningen door elkaar"),
    "words_at_least": lambda __: _("mensen schrijven uitvoerig"),
    "divided_at_least": lambda __: _("de meningen lopen uiteen"),
    "turns_at_least": lambda __: _("mensen praten er samen over door"),
    "tone_at_most": lambda __: _("de toon is boos"),
    "sensitive": lambda s: _("het ligt gevoelig") if s.sensitive else _("het ligt niet gevoelig"),
    "returning_at_least": lambda s: _("%(people)s er eerder over", people=counted(s.returning, "van hen schreef", "van hen schreven")),
    "outside": lambda s: _("het is buiten te zien") if s.outside else _("het is niet buiten te zien"),
    "alert": lambda s: _("het is dringend") if s.action is Action.ALERT else _("het is niet dringend"),
    "campaign": lambda s: _("dezelfde tekst, vaak gestuurd") if s.campaign else _("geen campagne"),
    "kind": lambda s: _("het zijn vooral %(kinds)s", kinds=translated(KINDS[s.kind])),
    "unanswered_at_least": lambda s: _("%(count)s op antwoord", count=counted(s.unanswered, "bericht wacht", "berichten wachten")),
}
"""The same said of a signal in which it holds."""


def fits(when: When, situation: Situation) -> bool:
    """Whether everything that is asked holds."""
    return all(_holds(name, wanted, MEASURES[name](situation)) for name, wanted in _asked(when).items())


def reasons(when: When, situation: Situation) -> tuple[str, ...]:
    """Why it fits, condition by condition, in the order of the table."""
    return tuple(REASONS[name](situation) for name in _asked(when))


def criteria(folder: Path) -> Criteria:
    """The municipality's own criteria if its folder has them and they can be used, else ours."""
    try:
        return _read(folder / THEIRS, _changed(folder / THEIRS)) if (folder / THEIRS).exists() else ours()
    except ConfigurationError as error:
        log.warning("proposals.yaml cannot be used, the criteria that Luisterpost comes with hold: %s", error)
        return ours()


def weeks_before_returning(these: Criteria) -> int:
    """From how many weeks on it can matter to any of these criteria who wrote before."""
    asking = [one.when.weeks_at_least or 0 for one in these.proposals if one.when.returning_at_least]
    return min(asking, default=sys.maxsize)


def problem_of_criteria(folder: Path) -> str | None:
    """Why the municipality's own criteria cannot be used; None where they can, or where it has none."""
    try:
        if (folder / THEIRS).exists():
            _read(folder / THEIRS, _changed(folder / THEIRS))
    except ConfigurationError as error:
        return f"{error} Tot dan gelden de voorstellen waarmee Luisterpost komt."
    return None


@lru_cache
def ours() -> Criteria:
    """The criteria that Luisterpost comes with."""
    return read_yaml(OURS, Criteria)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Criteria:  # noqa: ARG001 - a file that changed is another key
    return read_yaml(path, Criteria)


def _asked(when: When) -> dict[str, object]:
    return {name: wanted for name in MEASURES if (wanted := getattr(when, name)) is not None}


def _holds(name: str, wanted: object, found: object) -> bool:
    if name.endswith("_at_least"):
        return float(found) >= float(wanted)  # type: ignore[arg-type]
    if name.endswith("_at_most"):
        return float(found) <= float(wanted)  # type: ignore[arg-type]
    return found == wanted
