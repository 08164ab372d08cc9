"""rules.yaml: a small grammar of conditions over signals and what then happens.

    rules:
      - name: afval-piek
        when: {theme: [afval], burst: true, people_at_least: 4}
        then: {action: ticket, term_hours: 8}
      - group: gevaar
        match: all
        priority: 10
        rules: [...]
    owners: {afval: reiniging}
    fallback: {action: digest, department: klantcontact}

`when` joins its conditions with "and"; `all`, `any` and `not` combine them otherwise. A rule without department goes to the owner of
the signal's sub-theme or theme. Of a list or group that matches `first`, the first rule that fits decides; of one that matches `all`, every
rule that fits has its say.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from models.configuration import Written
from models.gazetteer import Slug
from models.words import Action
from routing.rules.conditions import TimeOfDay, When

FILE = "rules.yaml"
FALLBACK = "vangnet"
"""The name under which the fallback appears in routings."""
ACTS = (Action.TICKET, Action.ALERT)
"""What makes a ticket."""
TermHours = Annotated[float, Field(gt=0, le=1000)]
Hours = Annotated[float, Field(ge=0, le=1000)]
Addressee = Annotated[str, StringConstraints(pattern=r"^(department|roster|newsroom|channel:[a-z0-9][a-z0-9-]*)$")]


class Match(StrEnum):
    """Whether the first rule that fits decides, or each that fits has its say."""

    FIRST = "first"
    ALL = "all"


class Way(StrEnum):
    """By which way an alert goes: mail, or the chat, pager or text message that channels.yaml names."""

    MAIL = "mail"
    CHAT = "chat"


class Manners(Written):
    """How alerts behave, unless a rule says otherwise."""

    quiet: TimeOfDay | None = Field(default=None, description="stille uren: wat dan komt, wacht tot ze voorbij zijn")
    a_day: Annotated[int, Field(ge=1)] | None = Field(default=20, description="meldingen per dag en ontvanger; de rest komt gebundeld")
    cool_down_hours: Hours = Field(default=4, description="zo lang geen nieuwe melding over hetzelfde, tenzij het dringender wordt")


class Then(Written):
    """What happens: to whom (the owner of the theme, unless named), in which form, and how fast."""

    action: Action
    department: Slug | None = None
    with_: list[Slug] = Field(default=[], alias="with", description="afdelingen die meedoen; de eerste afdeling heeft de leiding")
    term_hours: TermHours = Field(default=40, description="termijn van het ticket, in werkuren; bij alert in uren op de klok")
    to: list[Addressee] = Field(
        default=["department"], min_length=1, description="wie een alert krijgt: ook roster, newsroom, channel:naam"
    )
    way: Way | None = Field(default=None, description="hoe een alert gaat; anders zoals de ontvanger het heeft")
    always: bool = Field(default=False, description="een alert die ook in stille uren en boven het aantal per dag meteen gaat")
    cool_down_hours: Hours | None = None

    @model_validator(mode="after")
    def _fits_its_action(self) -> "Then":
        alerts = {"to", "way", "always", "cool_down_hours"} & self.model_fields_set
        if alerts and self.action is not Action.ALERT:
            raise ValueError(f"{', '.join(sorted(alerts))} hoort bij action: alert. Haal het weg of maak er een alert van.")
        if self.with_ and self.action not in ACTS:
            raise ValueError("with hoort bij action: ticket of alert. Geef de andere afdeling een eigen regel in een groep met match: all.")
        return self


class Otherwise(Then):
    """What happens to what no rule fits."""

    department: Slug
    action: Literal[Action.DIGEST, Action.TICKET, Action.WATCH] = Action.DIGEST


class Rule(Written):
    name: Slug
    priority: int = Field(default=0, description="hoger gaat voor; gelijke gaan in de volgorde van het bestand")
    when: When = When()
    then: Then


class Group(Written):
    """Rules that are asked together, if `when` holds."""

    group: Slug
    match: Match = Match.FIRST
    priority: int = Field(default=0, description="hoger gaat voor; gelijke gaan in de volgorde van het bestand")
    when: When = When()
    rules: list["Entry"] = Field(min_length=1)


def _shape(written: Any) -> str:
    is_group = "group" in written if isinstance(written, dict) else isinstance(written, Group)
    return "<group>" if is_group else "<rule>"


Entry = Annotated[Annotated[Rule, Tag("<rule>")] | Annotated[Group, Tag("<group>")], Discriminator(_shape)]


class RulesFile(Written):
    """rules.yaml"""

    owners: dict[str, Slug] = Field(default={}, description="welke afdeling over een thema of subthema gaat")
    alerts: Manners = Manners()
    rules: list[Entry]
    fallback: Otherwise


def ordered(entries: Sequence[Rule | Group]) -> list[Rule | Group]:
    """In the order in which they are asked."""
    return sorted(entries, key=lambda entry: -entry.priority)


Place = tuple[str | int, ...]
"""Where in the file something stands."""


def placed(entries: Sequence[Rule | Group], place: Place = ("rules",)) -> Iterator[tuple[Place, Rule | Group]]:
    """Every rule and group with where it stands, in the order of the file."""
    for index, entry in enumerate(entries):
        yield (*place, index), entry
        if isinstance(entry, Group):
            yield from placed(entry.rules, (*place, index, "rules"))


def all_rules(file: RulesFile) -> list[Rule]:
    """Every rule, in the order of the file."""
    return [entry for _, entry in placed(file.rules) if isinstance(entry, Rule)]
