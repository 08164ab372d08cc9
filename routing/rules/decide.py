"""Rules that can be used, and what they decide about a signal."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.words import Action
from routing.rules.compiled import Program, compile_rules
from routing.rules.conditions import TimeOfDay, Words, parts
from routing.rules.facts import Facts
from routing.rules.grammar import ACTS, FALLBACK, FILE, Group, Match, Rule, RulesFile, Then, Way, ordered, placed


@dataclass(frozen=True)
class Alerting:
    """Whom an alert goes to, and how."""

    to: tuple[str, ...]
    way: Way | None
    always: bool
    quiet: TimeOfDay | None
    a_day: int | None
    cool_down_hours: float


@dataclass(frozen=True)
class Decision:
    """What the rules say of one signal: the rule in the lead, and in `also` what others that fit want besides."""

    rule: str
    action: Action
    department: str
    term_hours: float
    also_departments: tuple[str, ...] = ()
    """Who helps with the ticket, beside the department in the lead."""
    alerting: Alerting | None = None
    also: tuple["Decision", ...] = ()

    @property
    def alerts(self) -> tuple["Decision", ...]:
        """This and what it comes with, as far as somebody must be told at once."""
        return tuple(one for one in (self, *self.also) if one.alerting is not None)


@dataclass(frozen=True)
class Rules:
    """Rules that can be used: every name in them exists. `version` names their text for good."""

    file: RulesFile
    source: str
    version: str
    path: str = FILE

    def decide(self, facts: Facts) -> Decision:
        """What the rules that fit say, or the fallback."""
        return self._decision(self._program.fired(facts), facts.sub)

    def decide_plainly(self, facts: Facts) -> Decision:
        """The same, rule by rule as they are written: what `decide` is held to."""
        return self._decision(fired(self.file.rules, Match.FIRST, facts), facts.sub)

    def owner(self, sub: str) -> str:
        """The department that goes about a sub-theme: its own owner, else its theme's, else the fallback's."""
        owners = self.file.owners
        return owners.get(sub) or owners.get(sub.partition("/")[0]) or self.file.fallback.department

    @cached_property
    def asked_words(self) -> tuple[Words, ...]:
        """Every `words` condition, once."""
        conditions = (part.words for _, entry in placed(self.file.rules) for part in parts(entry.when))
        return tuple({words.key: words for words in conditions if words is not None}.values())

    @cached_property
    def _program(self) -> Program:
        return compile_rules(self.file.rules)

    def _decision(self, rules: Sequence[Rule], sub: str) -> Decision:
        if not rules:
            return self._says(FALLBACK, self.file.fallback, sub)
        lead = next((rule for rule in rules if rule.then.action in ACTS), rules[0])
        leading = self._says(lead.name, lead.then, sub)
        if len(rules) == 1:
            return leading
        others = [self._says(rule.name, rule.then, sub) for rule in rules if rule is not lead and rule.then.action is not Action.IGNORE]
        return _joined(leading, others)

    def _says(self, rule: str, then: Then, sub: str) -> Decision:
        department = then.department or self.owner(sub)
        helping = tuple(dict.fromkeys(other for other in then.with_ if other != department)) if then.with_ else ()
        alerting = self._alerting(then) if then.action is Action.ALERT else None
        return Decision(rule, then.action, department, then.term_hours, helping, alerting)

    def _alerting(self, then: Then) -> Alerting:
        manners = self.file.alerts
        cool_down = manners.cool_down_hours if then.cool_down_hours is None else then.cool_down_hours
        return Alerting(tuple(then.to), then.way, then.always, manners.quiet, manners.a_day, cool_down)


def fired(entries: Sequence[Rule | Group], match: Match, facts: Facts) -> list[Rule]:
    """The rules that fit, in the order in which they are asked: at most one where the first decides."""
    found: list[Rule] = []
    for entry in ordered(entries):
        if entry.when.holds(facts):
            found += [entry] if isinstance(entry, Rule) else fired(entry.rules, entry.match, facts)
        if found and match is Match.FIRST:
            break
    return found


def _joined(lead: Decision, others: Sequence[Decision]) -> Decision:
    """One decision with its further ones. A signal has one ticket: who should get another one helps with it."""
    helping = dict.fromkeys(lead.also_departments)
    also: dict[tuple[Action, str, Alerting | None], Decision] = {}
    for other in others:
        if other.action in ACTS:
            helping |= dict.fromkeys((other.department, *other.also_departments))
        if other.action is Action.ALERT or (other.action is not Action.TICKET and other.department != lead.department):
            also.setdefault((other.action, other.department, other.alerting), other)
    helping.pop(lead.department, None)
    return Decision(lead.rule, lead.action, lead.department, lead.term_hours, tuple(helping), lead.alerting, tuple(also.values()))
