"""A challenger must earn its place: chance, a single story or one good theme is not enough."""

from classify.comparison import Judged, Read, compare, decide, gain


def said(story: str, theme: str, champion: str, challenger: str, urgent: bool = False, heard: tuple[bool, bool] = (False, False)) -> Judged:
    return Judged(story, theme, urgent, Read(champion, heard[0]), Read(challenger, heard[1]))


def held_back(right: int, wrong: int, better: int = 0) -> list[Judged]:
    """Held-back corrections: so many that both have right, both wrong, and only the challenger right; each a story of its own."""
    kinds = [("afval", "afval")] * right + [("groen", "groen")] * wrong + [("groen", "afval")] * better
    return [said(f"m{i}", "afval", champion, challenger) for i, (champion, challenger) in enumerate(kinds)]


TEST = [said(str(i), theme, theme, theme) for i, theme in enumerate(["afval", "groen", "none"] * 40)]


def test_a_real_gain_on_corrections_is_promoted() -> None:
    decision = decide(compare(held_back(right=30, wrong=5, better=15), TEST))
    assert decision.promote
    assert "+30,0 procentpunt" in decision.why


def test_a_gain_that_chance_may_give_is_not() -> None:
    decision = decide(compare([*held_back(40, 5, better=2), said("x", "afval", "afval", "groen")], TEST))
    assert not decision.promote
    assert "geen echte winst" in decision.why


def test_few_corrections_decide_nothing_however_good_they_look() -> None:
    decision = decide(compare(held_back(right=0, wrong=0, better=12), TEST))
    assert not decision.promote
    assert "te weinig beoordelingen" in decision.why


def test_one_story_told_a_hundred_times_is_one_story() -> None:
    many = [said("s1", "afval", "groen", "afval") for _ in range(100)]
    assert gain(many).stories == 1
    assert not gain(many).real
    wide = gain([*many, *held_back(right=60, wrong=0)])
    assert wide.mean > 0.5
    assert not wide.real, "without that one story there is no gain"


def test_a_gain_on_corrections_does_not_pay_for_a_loss_on_the_test_set() -> None:
    worse = [*TEST, *(said(f"w{i}", "afval", "afval", "groen") for i in range(8))]
    decision = decide(compare(held_back(30, 5, better=15), worse))
    assert not decision.promote
    assert "toetsberichten" in decision.why


def test_no_theme_may_become_much_worse() -> None:
    rare = [said(f"d{i}", "dieren", "dieren", "dieren" if i < 18 else "groen") for i in range(22)]
    gained = [said(f"g{i}", "afval", "groen", "afval") for i in range(300)]
    decision = decide(compare(held_back(30, 5, better=15), [*TEST * 10, *rare, *gained]))
    assert not decision.promote
    assert "dieren" in decision.why


def test_danger_may_not_be_missed_more_often() -> None:
    alarms = [said(f"u{i}", "afval", "afval", "afval", True, (True, i > 2)) for i in range(40)]
    decision = decide(compare(held_back(30, 5, better=15), [*TEST, *alarms]))
    assert not decision.promote
    assert "dringende" in decision.why


def test_a_gain_on_the_test_set_counts_too_when_corrections_do_not_fall() -> None:
    better = [*TEST, *(said(f"b{i}", "afval", "groen", "afval") for i in range(30))]
    assert decide(compare(held_back(right=3, wrong=1), better)).promote
    assert not decide(compare([*held_back(right=3, wrong=1), said("x", "afval", "afval", "groen")], better)).promote


def test_the_same_readings_give_the_same_bounds() -> None:
    judged = held_back(30, 5, better=7)
    assert gain(judged) == gain(list(reversed(judged)))
    assert gain([]).messages == 0
