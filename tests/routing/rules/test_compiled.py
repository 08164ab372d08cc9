"""Compiled rules decide exactly what the rules say as they are written, and facts survive being kept."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.municipality import WEEKDAYS
from models.words import Action, Channel, Kind
from routing.rules.checks.implied import exclude, implies
from routing.rules.conditions import EarlierTickets, TimeOfDay, When, Words
from routing.rules.decide import Rules
from routing.rules.facts import Facts, kept, read
from routing.rules.grammar import Group, Match, Otherwise, Rule, RulesFile, Then
from routing.rules.names import Names

THEMES = ("afval", "afval/bijplaatsing", "afval/container-vol", "groen", "groen/bomen", "groen/onkruid", "*", "afval/*")
SUBS = ("afval/bijplaatsing", "afval/container-vol", "groen/bomen", "groen/onkruid")
AREAS = ("havenkwartier", "spoorzicht", "noord")
NAMES = Names(frozenset(THEMES[:6]), frozenset({"reiniging"}), frozenset(AREAS[:2]), frozenset(AREAS[2:]))
RAT, BROKEN = Words(any=["rat"]), Words(all=["put", "open"])

shares = st.sampled_from([0.0, 0.2, 0.5, 0.75, 1.0])
counts = st.integers(1, 5)
spans = st.sampled_from([6.0, 24.0, 168.0])
simple: dict[str, st.SearchStrategy[object]] = {
    "theme": st.lists(st.sampled_from(THEMES), min_size=1, max_size=3),
    "area": st.lists(st.sampled_from(AREAS), min_size=1, max_size=2),
    "near": st.lists(st.sampled_from(AREAS), min_size=1, max_size=2),
    "outside": st.booleans(),
    "channel": st.lists(st.sampled_from(Channel), min_size=1, max_size=2),
    "source": st.lists(st.sampled_from(["kcc", "rss"]), min_size=1, max_size=2),
    "kind": st.lists(st.sampled_from(Kind), min_size=1, max_size=3),
    "language": st.lists(st.sampled_from(["nl", "en", "tr"]), min_size=1, max_size=2),
    "tone_at_most": st.sampled_from([-0.5, 0.0, 0.5]),
    "urgency_at_least": shares,
    "sure_at_least": shares,
    "reach_at_least": counts,
    "messages_at_least": counts,
    "people_at_least": counts,
    "burst": st.booleans(),
    "lasting": st.booleans(),
    "campaign": st.booleans(),
    "times_usual_at_least": st.sampled_from([1.0, 2.0, 4.0]),
    "words": st.sampled_from([RAT, BROKEN, RAT.model_copy(update={"messages_at_least": 2})]),
    "weekday": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3),
    "time": st.sampled_from([TimeOfDay.model_validate({"from": a, "until": b}) for a, b in (("22:00", "07:00"), ("09:00", "17:00"))]),
    "working_hours": st.booleans(),
    "holiday": st.booleans(),
    "earlier_tickets": st.builds(EarlierTickets, at_least=counts, days=st.sampled_from([7.0, 90.0])),
    "settled_within_days": st.sampled_from([7.0, 30.0]),
}


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> When:
    wanted = {field: draw(simple[field]) for field in draw(st.lists(st.sampled_from(sorted(simple)), max_size=3, unique=True))}
    for count, window in (("messages_at_least", "within_hours"), ("people_at_least", "people_within_hours")):
        if count in wanted and draw(st.booleans()):
            wanted[window] = draw(spans)
    if depth and draw(st.booleans()):
        inner = conditions(depth - 1)
        joint = draw(st.sampled_from(["all", "any", "not"]))
        wanted[joint] = draw(inner) if joint == "not" else draw(st.lists(inner, min_size=1, max_size=2))
    return When.model_validate(wanted)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    sub = draw(st.sampled_from(SUBS))
    ages = draw(st.lists(st.sampled_from([0.5, 6.0, 20.0, 30.0, 200.0]), min_size=1, max_size=6))
    voices = draw(st.one_of(st.just([]), st.lists(st.integers(0, 3), min_size=len(ages), max_size=len(ages))))
    return Facts(
        theme=sub.partition("/")[0],
        sub=sub,
        areas=tuple(draw(st.lists(st.sampled_from(AREAS[:2]), max_size=2, unique=True))),
        channels=frozenset(draw(st.lists(st.sampled_from(Channel), min_size=1, max_size=2))),
        kind=draw(st.sampled_from(Kind)),
        urgency=draw(shares),
        ages=tuple(ages),
        people=len(set(voices)) or draw(st.integers(1, len(ages))),
        burst=draw(st.booleans()),
        campaign=draw(st.booleans()),
        times_usual=draw(st.sampled_from([0.5, 1.0, 3.0, 9.0])),
        language=draw(st.sampled_from(["nl", "en", "tr"])),
        voices=tuple(voices),
        tone=draw(st.sampled_from([-1.0, -0.5, 0.0, 1.0])),
        sure=draw(shares),
        reach=draw(st.integers(0, 6)),
        sources=frozenset(draw(st.lists(st.sampled_from(["kcc", "rss"]), min_size=1))),
        lasting=draw(st.booleans()),
        districts=frozenset(draw(st.sampled_from([(), ("noord",)]))),
        surroundings=frozenset(draw(st.lists(st.sampled_from(AREAS), max_size=3))),
        outside=draw(st.sampled_from([(), ("Polderdam",)])),
        weekday=draw(st.sampled_from(WEEKDAYS)),
        minute=draw(st.integers(0, 24 * 60 - 1)),
        working=draw(st.booleans()),
        holiday=draw(st.booleans()),
        earlier_tickets=tuple(draw(st.lists(st.sampled_from([3.0, 40.0, 300.0]), max_size=3))),
        settled_days_ago=draw(st.sampled_from([None, 2.0, 20.0, 200.0])),
        words=draw(st.dictionaries(st.sampled_from([RAT.key, BROKEN.key]), st.integers(0, 3))),
    )


@st.composite
def entries(draw: st.DrawFn, depth: int = 2) -> list[Rule | Group]:
    numbers = st.integers(0, 10**9)
    made: list[Rule | Group] = []
    for _ in range(draw(st.integers(1, 4))):
        priority, when, number = draw(st.sampled_from([0, 0, 5])), draw(conditions(1)), draw(numbers)
        if depth and draw(st.sampled_from([True, False, False])):
            rules = draw(entries(depth - 1))
            made.append(Group(group=f"g{number}", match=draw(st.sampled_from(Match)), priority=priority, when=when, rules=rules))
        else:
            then = Then(action=draw(st.sampled_from(Action)), department=draw(st.sampled_from([None, "reiniging", "groen"])))
            made.append(Rule(name=f"r{number}", priority=priority, when=when, then=then))
    return made


@given(entries(), st.lists(facts(), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_compiled_rules_decide_what_plainly_read_rules_decide(given_entries: list[Rule | Group], asked: list[Facts]) -> None:
    rules = Rules(RulesFile(rules=given_entries, fallback=Otherwise(department="webcare")), "", "v")
    assert [rules.decide(one) for one in asked] == [rules.decide_plainly(one) for one in asked]


@given(facts())
@settings(max_examples=60, deadline=None)
def test_facts_that_were_kept_are_the_same_facts(asked: Facts) -> None:
    assert read(kept(asked)) == asked


@given(conditions(), conditions(), st.lists(facts(), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_is_said_to_follow_or_to_exclude_does(one: When, other: When, asked: list[Facts]) -> None:
    follows, apart = implies(one, other, NAMES), exclude(one, other, NAMES)
    for known in asked:
        if one.holds(known):
            assert not follows or other.holds(known)
            assert not apart or not other.holds(known)


@given(conditions())
@settings(max_examples=40, deadline=None)
def test_a_condition_follows_from_itself_and_from_itself_with_more(when: When) -> None:
    assert implies(when, When(), NAMES)
    assert implies(When(all=[when, When(burst=True)]), when, NAMES) or when.any is not None
