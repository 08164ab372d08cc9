"""rules.yaml: a small grammar of conditions over signals and what then happens. The first rule that fits decides.

    rules:
      - name: afval-piek
        when: {theme: [afval], burst: true, people_at_least: 4}
        then: {action: ticket, term_hours: 8}
    owners: {afval: reiniging}
    fallback: {action: digest, department: klantcontact}

`when` joins its conditions with "and"; `all`, `any` and `not` combine them otherwise. A rule without department goes to the owner of
the signal's sub-theme or theme.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from rapidfuzz import process
from ruamel.yaml import YAML

from models.configuration import ConfigurationError, Written, line_of, parse_yaml
from models.municipality import Municipality, Slug
from models.words import Action, Channel, Kind
from routing.signals.languages import DUTCH, language_name

FILE = "rules.yaml"
FALLBACK = "vangnet"
"""The name under which the fallback appears in routings."""
TermHours = Annotated[float, Field(gt=0, le=1000)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Language = Annotated[str, StringConstraints(pattern=r"^(nl|und|[a-z]{2})$")]


@dataclass(frozen=True)
class Facts:
    """What rules may ask of a signal. `moments` are the ages of its messages in hours, `people` and `messages` count all of it."""

    theme: str
    sub: str
    areas: tuple[str, ...]
    channels: frozenset[Channel]
    kind: Kind
    urgency: float
    ages: tuple[float, ...]
    people: int
    burst: bool
    campaign: bool
    times_usual: float
    """How many times the usual the last 24 hours brought; the usual is taken as at least one message a day."""
    language: str = DUTCH
    """In which most of its messages are written."""

    def messages_within(self, hours: float | None) -> int:
        return len(self.ages) if hours is None else sum(age <= hours for age in self.ages)


class When(Written):
    """A condition; every field that is given must hold. An empty condition always holds."""

    theme: list[str] | None = Field(default=None, min_length=1, description="`afval` of `afval/bijplaatsing`; * voor alles")
    area: list[str] | None = Field(default=None, min_length=1, description="buurten")
    channel: list[Channel] | None = Field(default=None, min_length=1)
    kind: list[Kind] | None = Field(default=None, min_length=1, description="waar de meeste berichten op neerkomen")
    language: list[Language] | None = Field(default=None, min_length=1, description="waarin de meeste berichten zijn: nl, en, tr")
    urgency_at_least: Share | None = None
    messages_at_least: Count | None = None
    within_hours: Annotated[float, Field(gt=0)] | None = Field(default=None, description="venster van messages_at_least")
    people_at_least: Count | None = None
    burst: bool | None = None
    campaign: bool | None = None
    times_usual_at_least: Annotated[float, Field(gt=0)] | None = None
    all: list["When"] | None = Field(default=None, min_length=1)
    any: list["When"] | None = Field(default=None, min_length=1)
    not_: "When | None" = Field(default=None, alias="not")

    def unmet(self, facts: Facts) -> Iterator[str]:
        """What does not hold, each as the end of the Dutch sentence "niet, want ..."; nothing when the condition holds."""
        if self.theme is not None and not any(covers(wanted, facts.sub) for wanted in self.theme):
            yield f"het thema is {facts.sub}"
        if self.area is not None and not set(self.area) & set(facts.areas):
            yield f"geen van de plekken is {' of '.join(self.area)}"
        if self.channel is not None and not set(self.channel) & facts.channels:
            yield f"geen bericht kwam via {' of '.join(self.channel)}"
        if self.kind is not None and facts.kind not in self.kind:
            yield f"de berichten zijn meestal een {facts.kind}"
        if self.language is not None and facts.language not in self.language:
            yield f"de berichten zijn meestal in het {language_name(facts.language)}"
        if self.urgency_at_least is not None and facts.urgency < self.urgency_at_least:
            yield f"de spoed is {facts.urgency:.2f}, minder dan {self.urgency_at_least:g}"
        if self.messages_at_least is not None and (count := facts.messages_within(self.within_hours)) < self.messages_at_least:
            window = "" if self.within_hours is None else f" in {self.within_hours:g} uur"
            yield f"er zijn {count} berichten{window}, minder dan {self.messages_at_least}"
        if self.people_at_least is not None and facts.people < self.people_at_least:
            yield f"het gaat om {facts.people} mensen, minder dan {self.people_at_least}"
        if self.burst is not None and facts.burst is not self.burst:
            yield "het is een piek" if facts.burst else "het is geen piek"
        if self.campaign is not None and facts.campaign is not self.campaign:
            yield "het is een campagne" if facts.campaign else "het is geen campagne"
        if self.times_usual_at_least is not None and facts.times_usual < self.times_usual_at_least:
            yield f"het is {facts.times_usual:.1f} keer het gewone, minder dan {self.times_usual_at_least:g} keer"
        for part in self.all or ():
            yield from part.unmet(facts)
        if self.any is not None and not any(part.holds(facts) for part in self.any):
            yield "geen van deze klopt: " + "; ".join(next(part.unmet(facts)) for part in self.any)
        if self.not_ is not None and self.not_.holds(facts):
            yield "de uitzondering geldt"

    def holds(self, facts: Facts) -> bool:
        return next(self.unmet(facts), None) is None

    @property
    def is_empty(self) -> bool:
        return not self.model_fields_set


class Then(Written):
    """What happens: to whom (the owner of the theme, unless named), in which form, and how fast."""

    action: Action
    department: Slug | None = None
    term_hours: TermHours = Field(default=40, description="termijn van het ticket, in werkuren; bij alert in uren op de klok")


class Otherwise(Then):
    """What happens to what no rule fits."""

    department: Slug
    action: Literal[Action.DIGEST, Action.TICKET, Action.WATCH] = Action.DIGEST


class Rule(Written):
    name: Slug
    when: When = When()
    then: Then


class RulesFile(Written):
    """rules.yaml"""

    owners: dict[str, Slug] = Field(default={}, description="welke afdeling over een thema of subthema gaat")
    rules: list[Rule]
    fallback: Otherwise


@dataclass(frozen=True)
class Names:
    """What rules may name."""

    themes: frozenset[str]
    departments: frozenset[str]
    areas: frozenset[str]


@dataclass(frozen=True)
class Decision:
    """What the rules say of one signal."""

    rule: str
    action: Action
    department: str
    term_hours: float


@dataclass(frozen=True)
class Rules:
    """Rules that can be used: every name in them exists. `version` names their text for good."""

    file: RulesFile
    source: str
    version: str
    path: str = FILE

    def decide(self, facts: Facts) -> Decision:
        """The first rule that fits, or the fallback."""
        for rule in self.file.rules:
            if rule.when.holds(facts):
                return self.decision(rule.name, rule.then, facts.sub)
        return self.decision(FALLBACK, self.file.fallback, facts.sub)

    def decision(self, rule: str, then: Then, sub: str) -> Decision:
        return Decision(rule, then.action, then.department or self.owner(sub), then.term_hours)

    def owner(self, sub: str) -> str:
        """The department that goes about a sub-theme: its own owner, else its theme's, else the fallback's."""
        owners = self.file.owners
        return owners.get(sub) or owners.get(sub.partition("/")[0]) or self.file.fallback.department

    def passed_over(self, facts: Facts) -> Iterator[tuple[str, list[str]]]:
        """The rules before the one that fits, each with why it does not."""
        for rule in self.file.rules:
            unmet = list(rule.when.unmet(facts))
            if not unmet:
                return
            yield rule.name, unmet


def covers(wanted: str, sub: str) -> bool:
    """Whether a theme as written in a rule (`*`, `afval`, `afval/*`, `afval/bijplaatsing`) covers a sub-theme."""
    return wanted in ("*", sub) or wanted.removesuffix("/*") == sub.partition("/")[0]


def load_rules(folder: Path, municipality: Municipality) -> Rules:
    """The rules of a municipality's folder.

    Raises:
        ConfigurationError: the file is missing, does not parse, or names something that does not exist; every mistake with its line.
    """
    return parse_rules(read_source(folder), names_of(municipality), str(folder / FILE))


def read_source(folder: Path) -> str:
    """The text of rules.yaml.

    Raises:
        ConfigurationError: it cannot be read.
    """
    try:
        return (folder / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConfigurationError(f"{folder / FILE}: kan niet gelezen worden ({error.strerror}). Zet het bestand terug.") from error


@lru_cache(maxsize=8)
def parse_rules(source: str, names: Names, path: str) -> Rules:
    """Rules from text; the same text and names are parsed once.

    Raises:
        ConfigurationError: see `load_rules`.
    """
    file = parse_yaml(source, RulesFile, path)
    if wrong := list(_unknown(file, names)) + list(_doubled(file)):
        tree = YAML(typ="rt").load(StringIO(source))
        raise ConfigurationError("\n".join(f"{path}, regel {line_of(tree, where)}: {what}" for where, what in wrong))
    return Rules(file, source, sha256(source.encode()).hexdigest()[:12], path)


def names_of(municipality: Municipality) -> Names:
    return Names(
        themes=frozenset(municipality.theme_names),
        departments=frozenset(d.id for d in municipality.departments.departments),
        areas=frozenset(n.id for n in municipality.places.neighbourhoods),
    )


Location = tuple[str | int, ...]


def _unknown(file: RulesFile, names: Names) -> Iterator[tuple[Location, str]]:
    for theme, department in file.owners.items():
        yield from _strange("thema", theme, names.themes, ("owners", theme))
        yield from _strange("afdeling", department, names.departments, ("owners", theme))
    for index, rule in enumerate(file.rules):
        place: Location = ("rules", index)
        yield from _unknown_in(rule.when, names, (*place, "when"), rule.name)
        if rule.then.department is not None:
            yield from _strange("afdeling", rule.then.department, names.departments, (*place, "then", "department"), rule.name)
    yield from _strange("afdeling", file.fallback.department, names.departments, ("fallback", "department"))


def _unknown_in(when: When, names: Names, place: Location, rule: str) -> Iterator[tuple[Location, str]]:
    for theme in when.theme or ():
        if theme != "*":
            yield from _strange("thema", theme.removesuffix("/*"), names.themes, (*place, "theme"), rule)
    for area in when.area or ():
        yield from _strange("buurt", area, names.areas, (*place, "area"), rule)
    if when.within_hours is not None and when.messages_at_least is None:
        yield (*place, "within_hours"), f"regel {rule!r}: within_hours hoort bij messages_at_least. Vul dat ook in."
    for word, parts in (("all", when.all), ("any", when.any)):
        for index, part in enumerate(parts or ()):
            yield from _unknown_in(part, names, (*place, word, index), rule)
    if when.not_ is not None:
        yield from _unknown_in(when.not_, names, (*place, "not"), rule)


def _strange(what: str, name: str, known: frozenset[str], place: Location, rule: str | None = None) -> Iterator[tuple[Location, str]]:
    if name not in known:
        nearest = process.extractOne(name, sorted(known), score_cutoff=55)
        hint = f" Bedoelt u {nearest[0]!r}?" if nearest else f" Kijk in {_HOME[what]}."
        yield place, f"{f'regel {rule!r}: ' if rule else ''}{what} {name!r} bestaat niet.{hint}"


_HOME: Mapping[str, str] = {"thema": "themes.yaml", "afdeling": "departments.yaml", "buurt": "places.yaml"}


def _doubled(file: RulesFile) -> Iterator[tuple[Location, str]]:
    seen: set[str] = {FALLBACK}
    for index, rule in enumerate(file.rules):
        if rule.name in seen:
            yield ("rules", index, "name"), f"de naam {rule.name!r} is al gebruikt. Geef elke regel een eigen naam."
        seen.add(rule.name)


def check(rules: Rules) -> list[str]:
    """What a careful reader would remark on rules that can be used: rules never reached, themes without owner. Empty when all is well."""
    return [*_never_reached(rules.file.rules)]


def _never_reached(rules: Sequence[Rule]) -> Iterator[str]:
    for index, rule in enumerate(rules):
        for earlier in rules[:index]:
            if earlier.when.is_empty or earlier.when == rule.when:
                yield (
                    f"Regel {rule.name!r} komt nooit aan de beurt: regel {earlier.name!r} staat ervoor en past altijd als deze past. "
                    f"Zet {rule.name!r} eerder of haal hem weg."
                )
                break


def explain(rules: Rules, facts: Facts) -> Iterator[str]:
    """Lines that say which rule fires for these facts, and why each earlier one does not."""
    for name, unmet in rules.passed_over(facts):
        yield f"regel {name!r} niet, want {' en '.join(unmet)}"
    decision = rules.decide(facts)
    hours = {Action.TICKET: "werkuren", Action.ALERT: "uur"}.get(decision.action)
    term = f", termijn {decision.term_hours:g} {hours}" if hours else ""
    yield f"regel {decision.rule!r} wel: {decision.action} voor {decision.department}{term}"
