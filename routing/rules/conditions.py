"""What a rule may ask, and the plain way to answer it. `compiled` answers the same faster; this is what it must agree with."""

from collections.abc import Iterator
from datetime import time
from functools import lru_cache
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from models.configuration import Written
from models.gazetteer import Slug
from models.municipality import Weekday
from models.words import Channel, Kind
from routing.rules.facts import Facts
from routing.signals.languages import language_name

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Span = Annotated[float, Field(gt=0)]
Language = Annotated[str, StringConstraints(pattern=r"^(nl|und|[a-z]{2})$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
MOST_SHOWN = 4


class Words(Written):
    """Words or phrases, in any inflection: `rat` is also in "ratten". A message counts that has one of `any` and every one of `all`."""

    any: list[Phrase] = Field(default=[], description="een van deze woorden of woordgroepen")
    all: list[Phrase] = Field(default=[], description="elk van deze woorden of woordgroepen")
    messages_at_least: Count = Field(default=1, description="in minstens zoveel berichten")

    @model_validator(mode="after")
    def _asks_something(self) -> "Words":
        if not self.any and not self.all:
            raise ValueError("noem bij words minstens één woord, onder any of onder all")
        return self

    @property
    def key(self) -> str:
        """Names these words for good; how many messages they must be in is no part of it."""
        return f"{'|'.join(sorted(self.any))}&{'&'.join(sorted(self.all))}"


class TimeOfDay(Written):
    """A part of the day; it may pass midnight."""

    from_: time = Field(alias="from")
    until: time

    def holds_at(self, minute: int) -> bool:
        """Whether a minute of the day lies in it; `until` does not, and a part that ends where it begins is the whole day."""
        begin, end = minutes(self.from_), minutes(self.until)
        return begin <= minute < end if begin < end else minute >= begin or minute < end


class EarlierTickets(Written):
    """Tickets about the same sub-theme with a neighbourhood in common."""

    at_least: Count = 1
    days: Span


class When(Written):
    """A condition; every field that is given must hold. An empty condition always holds."""

    theme: list[str] | None = Field(default=None, min_length=1, description="`afval` of `afval/bijplaatsing`; * voor alles")
    area: list[Slug] | None = Field(default=None, min_length=1, description="buurten of wijken")
    near: list[Slug] | None = Field(default=None, min_length=1, description="in of naast deze buurten of wijken")
    outside: bool | None = Field(default=None, description="speelt het ook in een andere gemeente")
    channel: list[Channel] | None = Field(default=None, min_length=1)
    source: list[str] | None = Field(default=None, min_length=1, description="bronnen, bij hun id")
    kind: list[Kind] | None = Field(default=None, min_length=1, description="waar de meeste berichten op neerkomen")
    language: list[Language] | None = Field(default=None, min_length=1, description="waarin de meeste berichten zijn: nl, en, tr")
    tone_at_most: Annotated[float, Field(ge=-1, le=1)] | None = Field(default=None, description="van -1 (boos) tot 1 (blij)")
    urgency_at_least: Share | None = None
    sure_at_least: Share | None = Field(default=None, description="deel van de berichten waarvan het thema zeker is")
    reach_at_least: Count | None = Field(default=None, description="hoeveel mensen de berichten samen bereikten")
    messages_at_least: Count | None = None
    within_hours: Span | None = Field(default=None, description="venster van messages_at_least")
    people_at_least: Count | None = None
    people_within_hours: Span | None = Field(default=None, description="venster van people_at_least")
    burst: bool | None = None
    lasting: bool | None = Field(default=None, description="wekenlang een handvol, van verschillende mensen")
    campaign: bool | None = None
    times_usual_at_least: Span | None = None
    words: Words | None = None
    weekday: list[Weekday] | None = Field(default=None, min_length=1, description="dag waarop het jongste bericht kwam")
    time: TimeOfDay | None = Field(default=None, description="tijd waarop het jongste bericht kwam")
    working_hours: bool | None = Field(default=None, description="kwam het jongste bericht in werktijd")
    holiday: bool | None = Field(default=None, description="kwam het jongste bericht op een feestdag")
    earlier_tickets: EarlierTickets | None = None
    settled_within_days: Span | None = Field(default=None, description="zo'n ticket is korter geleden afgehandeld")
    all: list["When"] | None = Field(default=None, min_length=1)
    any: list["When"] | None = Field(default=None, min_length=1)
    not_: "When | None" = Field(default=None, alias="not")

    def unmet(self, facts: Facts) -> Iterator[str]:
        """What does not hold, each as the end of the Dutch sentence "niet, want ..."; nothing when the condition holds."""
        yield from self._elsewhere(facts)
        yield from self._otherwise(facts)
        yield from self._too_little(facts)
        yield from self._another_time(facts)
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

    def _elsewhere(self, facts: Facts) -> Iterator[str]:
        if self.theme is not None and not any(covers(wanted, facts.sub) for wanted in self.theme):
            yield f"het thema is {facts.sub}"
        if self.area is not None and facts.within.isdisjoint(self.area):
            yield f"geen van de plekken is {_either(self.area)}"
        if self.near is not None and facts.surroundings.isdisjoint(self.near) and facts.within.isdisjoint(self.near):
            yield f"geen van de plekken ligt in of naast {_either(self.near)}"
        if self.outside is not None and bool(facts.outside) is not self.outside:
            yield f"het speelt ook in {_either(facts.outside)}" if facts.outside else "het speelt niet buiten de gemeente"
        if self.channel is not None and facts.channels.isdisjoint(self.channel):
            yield f"geen bericht kwam via {_either(self.channel)}"
        if self.source is not None and facts.sources.isdisjoint(self.source):
            yield f"geen bericht kwam uit bron {_either(self.source)}"

    def _otherwise(self, facts: Facts) -> Iterator[str]:
        if self.kind is not None and facts.kind not in self.kind:
            yield f"de berichten zijn meestal een {facts.kind}"
        if self.language is not None and facts.language not in self.language:
            yield f"de berichten zijn meestal in het {language_name(facts.language)}"
        if self.tone_at_most is not None and facts.tone > self.tone_at_most:
            yield f"de toon is {facts.tone:.1f}, hoger dan {self.tone_at_most:g}"
        if self.burst is not None and facts.burst is not self.burst:
            yield "het is een piek" if facts.burst else "het is geen piek"
        if self.lasting is not None and facts.lasting is not self.lasting:
            yield "het houdt al weken aan" if facts.lasting else "het houdt niet al weken aan"
        if self.campaign is not None and facts.campaign is not self.campaign:
            yield "het is een campagne" if facts.campaign else "het is geen campagne"
        if self.words is not None and (count := facts.words.get(self.words.key, 0)) < self.words.messages_at_least:
            yield f"de woorden komen in {count} berichten voor, minder dan {self.words.messages_at_least}"

    def _too_little(self, facts: Facts) -> Iterator[str]:
        if self.urgency_at_least is not None and facts.urgency < self.urgency_at_least:
            yield f"de spoed is {facts.urgency:.2f}, minder dan {self.urgency_at_least:g}"
        if self.sure_at_least is not None and facts.sure < self.sure_at_least:
            yield f"van {facts.sure:.0%} van de berichten is het thema zeker, minder dan {self.sure_at_least:.0%}"
        if self.reach_at_least is not None and facts.reach < self.reach_at_least:
            yield f"het bereik is {facts.reach}, minder dan {self.reach_at_least}"
        if self.messages_at_least is not None and (count := facts.messages_within(self.within_hours)) < self.messages_at_least:
            yield f"er zijn {count} berichten{_window(self.within_hours)}, minder dan {self.messages_at_least}"
        if self.people_at_least is not None and (count := facts.people_within(self.people_within_hours)) < self.people_at_least:
            yield f"het gaat om {count} mensen{_window(self.people_within_hours)}, minder dan {self.people_at_least}"
        if self.times_usual_at_least is not None and facts.times_usual < self.times_usual_at_least:
            yield f"het is {facts.times_usual:.1f} keer het gewone, minder dan {self.times_usual_at_least:g} keer"
        if self.earlier_tickets is not None:
            wanted = self.earlier_tickets
            if (count := facts.tickets_within(wanted.days)) < wanted.at_least:
                yield f"hier waren {count} zulke tickets in {wanted.days:g} dagen, minder dan {wanted.at_least}"
        if self.settled_within_days is not None and (facts.settled_days_ago is None or facts.settled_days_ago > self.settled_within_days):
            yield f"hier is in {self.settled_within_days:g} dagen geen zulk ticket afgehandeld"

    def _another_time(self, facts: Facts) -> Iterator[str]:
        if self.weekday is not None and facts.weekday not in self.weekday:
            yield f"het jongste bericht kwam op {facts.weekday}"
        if self.time is not None and not self.time.holds_at(facts.minute):
            yield f"het jongste bericht kwam om {facts.minute // 60}:{facts.minute % 60:02}"
        if self.working_hours is not None and facts.working is not self.working_hours:
            yield "het jongste bericht kwam in werktijd" if facts.working else "het jongste bericht kwam buiten werktijd"
        if self.holiday is not None and facts.holiday is not self.holiday:
            yield "het jongste bericht kwam op een feestdag" if facts.holiday else "het jongste bericht kwam niet op een feestdag"


def covers(wanted: str, sub: str) -> bool:
    """Whether a theme as written in a rule (`*`, `afval`, `afval/*`, `afval/bijplaatsing`) covers a sub-theme."""
    return wanted in ("*", sub) or wanted.removesuffix("/*") == sub.partition("/")[0]


def minutes(of: time) -> int:
    """Since midnight."""
    return of.hour * 60 + of.minute


@lru_cache(maxsize=256)
def minutes_of(span: TimeOfDay) -> frozenset[int]:
    """The minutes of the day that it holds."""
    return frozenset(minute for minute in range(24 * 60) if span.holds_at(minute))


def parts(when: When) -> Iterator[When]:
    """A condition and every condition in it."""
    yield when
    for part in (*(when.all or ()), *(when.any or ()), *((when.not_,) if when.not_ else ())):
        yield from parts(part)


def _window(hours: float | None) -> str:
    return "" if hours is None else f" in {hours:g} uur"


def _either(names: "list[str] | list[Channel] | tuple[str, ...]") -> str:
    more = f" of een van {len(names) - MOST_SHOWN} andere" if len(names) > MOST_SHOWN else ""
    return " of ".join(names[:MOST_SHOWN]) + more
