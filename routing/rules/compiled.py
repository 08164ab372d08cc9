"""Rules made ready for many signals: for each sub-theme only the rules about it, each a chain of small tests, cheap ones first.

It decides exactly what `decide.fired` decides; tests hold it to that.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from routing.rules.conditions import When, covers, minutes_of
from routing.rules.facts import Facts
from routing.rules.grammar import Group, Match, Rule, ordered

Test = Callable[[Facts], bool]


@dataclass(frozen=True)
class Step:
    """One rule or group. `theme` is what it is about (None: anything), `test` all else that must hold."""

    theme: tuple[str, ...] | None
    test: Test
    fits: list[Rule]
    group: "Program | None"


Chosen = tuple[Test, list[Rule], "Program | None"]


class Program:
    """Compiled rules; what a sub-theme needs of them is picked out when it is first asked."""

    def __init__(self, entries: Sequence[Rule | Group], match: Match = Match.FIRST) -> None:
        self._match = match
        self._steps = [_step(entry) for entry in ordered(entries)]
        self._by_sub: dict[str, list[Chosen]] = {}

    def fired(self, facts: Facts) -> list[Rule]:
        """The rules that fit, in order."""
        steps = self._by_sub.get(facts.sub)
        if steps is None:
            steps = self._by_sub[facts.sub] = list(self._chosen(facts.sub))
        if self._match is Match.ALL:
            return [rule for test, fits, group in steps if test(facts) for rule in (fits if group is None else group.fired(facts))]
        for test, fits, group in steps:
            if test(facts):
                found = fits if group is None else group.fired(facts)
                if found:
                    return found
        return []

    def _chosen(self, sub: str) -> Iterator[Chosen]:
        for step in self._steps:
            if step.theme is None or any(covers(wanted, sub) for wanted in step.theme):
                yield step.test, step.fits, step.group
                if self._match is Match.FIRST and step.group is None and step.test is always:
                    return


def compile_rules(entries: Sequence[Rule | Group]) -> Program:
    return Program(entries)


def always(_: Facts) -> bool:
    return True


def _step(entry: Rule | Group) -> Step:
    theme = tuple(entry.when.theme) if entry.when.theme is not None else None
    test = _every(list(_tests(entry.when)))
    return Step(theme, test, [entry], None) if isinstance(entry, Rule) else Step(theme, test, [], Program(entry.rules, entry.match))


def _whole(when: When) -> Test:
    """A condition within another, its theme included."""
    tests = list(_tests(when))
    if when.theme is not None:
        themes = tuple(when.theme)
        tests.insert(0, lambda facts: any(covers(wanted, facts.sub) for wanted in themes))
    return _every(tests)


def _tests(when: When) -> Iterator[Test]:
    """What a condition asks, its own theme left out."""
    yield from _own_tests(when)
    for part in when.all or ():
        yield _whole(part)
    if when.any is not None:
        yield _one_of([_whole(part) for part in when.any])
    if when.not_ is not None:
        yield _not(_whole(when.not_))


def _own_tests(when: When) -> Iterator[Test]:
    """What a condition asks itself; each test keeps its values close by."""
    yield from _flags(when)
    yield from _figures(when)
    yield from _sets(when)
    yield from _counts(when)


def _flags(when: When) -> Iterator[Test]:
    if (burst := when.burst) is not None:
        yield lambda facts: facts.burst is burst
    if (campaign := when.campaign) is not None:
        yield lambda facts: facts.campaign is campaign
    if (lasting := when.lasting) is not None:
        yield lambda facts: facts.lasting is lasting
    if (outside := when.outside) is not None:
        yield lambda facts: bool(facts.outside) is outside
    if (working := when.working_hours) is not None:
        yield lambda facts: facts.working is working
    if (holiday := when.holiday) is not None:
        yield lambda facts: facts.holiday is holiday


def _figures(when: When) -> Iterator[Test]:
    if (urgency := when.urgency_at_least) is not None:
        yield lambda facts: facts.urgency >= urgency
    if (tone := when.tone_at_most) is not None:
        yield lambda facts: facts.tone <= tone
    if (times := when.times_usual_at_least) is not None:
        yield lambda facts: facts.times_usual >= times
    if (sure := when.sure_at_least) is not None:
        yield lambda facts: facts.sure >= sure
    if (reach := when.reach_at_least) is not None:
        yield lambda facts: facts.reach >= reach
    if (days := when.settled_within_days) is not None:
        yield lambda facts: facts.settled_days_ago is not None and facts.settled_days_ago <= days
    if (span := when.time) is not None:
        minutes_held = minutes_of(span)
        yield lambda facts: facts.minute in minutes_held


def _sets(when: When) -> Iterator[Test]:
    if when.kind is not None:
        kinds = frozenset(when.kind)
        yield lambda facts: facts.kind in kinds
    if when.language is not None:
        languages = frozenset(when.language)
        yield lambda facts: facts.language in languages
    if when.weekday is not None:
        weekdays = frozenset(when.weekday)
        yield lambda facts: facts.weekday in weekdays
    if when.channel is not None:
        channels = frozenset(when.channel)
        yield lambda facts: not channels.isdisjoint(facts.channels)
    if when.area is not None:
        areas = frozenset(when.area)
        yield lambda facts: not areas.isdisjoint(facts.within)
    if when.near is not None:
        near = frozenset(when.near)
        yield lambda facts: not near.isdisjoint(facts.surroundings) or not near.isdisjoint(facts.within)
    if when.source is not None:
        sources = frozenset(when.source)
        yield lambda facts: not sources.isdisjoint(facts.sources)


def _counts(when: When) -> Iterator[Test]:
    if (people := when.people_at_least) is not None:
        people_window = when.people_within_hours
        yield lambda facts: facts.people_within(people_window) >= people
    if (messages := when.messages_at_least) is not None:
        window = when.within_hours
        yield lambda facts: facts.messages_within(window) >= messages
    if when.words is not None:
        key, least = when.words.key, when.words.messages_at_least
        yield lambda facts: facts.words.get(key, 0) >= least
    if (earlier := when.earlier_tickets) is not None:
        yield lambda facts: facts.tickets_within(earlier.days) >= earlier.at_least


def _every(tests: Sequence[Test]) -> Test:
    asked = [test for test in tests if test is not always]
    match asked:
        case [one]:
            return one
        case [one, two]:
            return lambda facts: one(facts) and two(facts)
        case [one, two, *more]:
            rest = _every(more)
            return lambda facts: one(facts) and two(facts) and rest(facts)
        case _:
            return always


def _one_of(tests: Sequence[Test]) -> Test:
    return always if always in tests else lambda facts: any(test(facts) for test in tests)


def _not(test: Test) -> Test:
    return lambda facts: not test(facts)
