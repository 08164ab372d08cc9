"""Speed of deciding: a thousand rules over ten thousand signals, in seconds of one processor, beside the same rules read plainly."""

import time
from collections.abc import Sequence
from random import Random

from models.municipality import WEEKDAYS, load_municipality
from models.settings import settings
from models.words import Action, Channel, Kind
from routing.rules.conditions import EarlierTickets, TimeOfDay, When
from routing.rules.decide import Rules
from routing.rules.facts import Facts, kept, read
from routing.rules.grammar import Group, Match, Otherwise, Rule, RulesFile, Then
from routing.rules.names import Names, names_of

RULES, SIGNALS, PLAINLY = 1_000, 10_000, 200


def measure() -> list[str]:
    """Lines for a person. Needs no tables; the town's themes and neighbourhoods give the rules something to be about."""
    names = names_of(load_municipality(settings().config))
    random = Random(11)
    rules = Rules(RulesFile(rules=_rules(random, names), fallback=Otherwise(department="klantcontact")), "", "bench")
    signals = [_facts(random, names) for _ in range(SIGNALS)]
    rules.decide(signals[0])
    fresh = [read(kept(facts)) for facts in signals]
    first = _seconds(rules, fresh)
    again = min(_seconds(rules, signals) for _ in range(3))
    begin = time.process_time()
    plain = [rules.decide_plainly(facts) for facts in signals[:PLAINLY]]
    slow = (time.process_time() - begin) / PLAINLY
    assert plain == [rules.decide(facts) for facts in signals[:PLAINLY]]
    fell = sum(rules.decide(facts).rule == "vangnet" for facts in signals) / SIGNALS
    return [
        f"rules: {SIGNALS / first:,.0f} decisions/s ({RULES:,} rules, {SIGNALS:,} signals never seen before, compiling included)",
        f"rules: {SIGNALS / again:,.0f} decisions/s once compiled; {fell:.0%} of the signals fit no rule, which costs most",
        f"rules: read plainly {1 / slow:,.0f} decisions/s; compiled is {slow * SIGNALS / again:.0f} times faster",
    ]


def _seconds(rules: Rules, signals: Sequence[Facts]) -> float:
    begin = time.process_time()
    for facts in signals:
        rules.decide(facts)
    return time.process_time() - begin


def _rules(random: Random, names: Names) -> list[Rule | Group]:
    """A thousand rules: nine in ten for a theme or sub-theme, one in ten for all; a tenth of them in groups."""
    entries: list[Rule | Group] = []
    numbers = iter(range(RULES))
    for number in numbers:
        if number % 50 == 0:
            inner: list[Rule | Group] = [_rule(random, names, n) for n, _ in zip(range(number, number + 5), range(5), strict=True)]
            entries.append(Group(group=f"groep-{number}", match=random.choice(list(Match)), when=_when(random, names), rules=inner))
            for _ in range(4):
                next(numbers)
        else:
            entries.append(_rule(random, names, number))
    return entries


def _rule(random: Random, names: Names, number: int) -> Rule:
    action = random.choice([Action.TICKET, Action.DIGEST, Action.WATCH, Action.ALERT])
    department = random.choice(sorted(names.departments))
    return Rule(
        name=f"regel-{number}",
        priority=random.choice([0, 0, 0, 5]),
        when=_when(random, names),
        then=Then(action=action, department=department),
    )


def _when(random: Random, names: Names) -> When:
    wanted: dict[str, object] = {}
    if random.random() < 0.9:
        wanted["theme"] = random.sample(sorted(names.themes), random.choice([1, 1, 2, 4]))
    conditions: dict[str, object] = {
        "area": random.sample(sorted(names.areas), 3),
        "channel": [random.choice(list(Channel))],
        "kind": random.sample(list(Kind), 2),
        "urgency_at_least": random.uniform(0.5, 1),
        "tone_at_most": random.uniform(-1, 0),
        "messages_at_least": random.randint(2, 20),
        "people_at_least": random.randint(2, 20),
        "burst": True,
        "times_usual_at_least": random.uniform(1, 6),
        "weekday": random.sample(WEEKDAYS, 2),
        "time": TimeOfDay.model_validate({"from": "22:00", "until": "07:00"}),
        "earlier_tickets": EarlierTickets(at_least=2, days=60),
    }
    for field in random.sample(sorted(conditions), random.choice([2, 3, 4])):
        wanted[field] = conditions[field]
    if "messages_at_least" in wanted:
        wanted["within_hours"] = random.choice([6, 24, 168])
    if random.random() < 0.2:
        wanted["any"] = [When(burst=True), When(campaign=True, people_at_least=3)]
    if random.random() < 0.2:
        wanted["not"] = When(kind=[Kind.COMPLIMENT])
    return When.model_validate(wanted)


def _facts(random: Random, names: Names) -> Facts:
    sub = random.choice([theme for theme in sorted(names.themes) if "/" in theme])
    messages = min(400, int(random.paretovariate(0.8)))
    return Facts(
        theme=sub.partition("/")[0],
        sub=sub,
        areas=tuple(random.sample(sorted(names.areas), random.choice([1, 1, 2]))),
        channels=frozenset(random.sample(list(Channel), random.choice([1, 2]))),
        kind=random.choice(list(Kind)),
        urgency=random.random(),
        ages=tuple(sorted((random.uniform(0, 200) for _ in range(messages)), reverse=True)),
        people=max(1, messages // 2),
        burst=random.random() < 0.1,
        campaign=random.random() < 0.05,
        times_usual=random.expovariate(0.5),
        voices=tuple(random.randrange(messages) for _ in range(messages)),
        tone=random.uniform(-1, 1),
        minute=random.randrange(24 * 60),
        weekday=random.choice(WEEKDAYS),
    )
