"""When people write: a square for each hour of each weekday, darker where more messages came."""

from collections.abc import Mapping
from typing import Any

from dashboards.trends.few import FEWEST, Figure, Withheld, figures, said_of
from dashboards.trends.inks import Inks, styled
from dashboards.words.notation import number
from models.language import _, msgid, translated

WEEKDAYS = (msgid("ma"), msgid("di"), msgid("wo"), msgid("do"), msgid("vr"), msgid("za"), msgid("zo"))
NAMES = (msgid("maandag"), msgid("dinsdag"), msgid("woensdag"), msgid("donderdag"), msgid("vrijdag"), msgid("zaterdag"), msgid("zondag"))
HOURS = range(24)
WIDTH, HEIGHT = 1000, 260
MIDDLE = 2
"""How dark a square is whose count is withheld."""


def squares(counts: Mapping[tuple[int, int], int], traits: int) -> list[list[Figure]]:
    """The counts of each weekday (Monday first), hour by hour, as they may be shown."""
    flat = figures([counts.get((day, hour), 0) for day in range(7) for hour in HOURS], traits)
    return [flat[24 * day : 24 * day + 24] for day in range(7)]


def heat_chart(week: list[list[Figure]], inks: Inks) -> dict[str, Any]:
    """The Vega-Lite definition."""
    weekdays = [translated(day) for day in WEEKDAYS]
    rows = [
        {
            "dag": weekdays[day],
            "uur": hour,
            "berichten": MIDDLE if isinstance(one, Withheld) else one,
            "aantal": said_of(one),
            "toen": f"{translated(NAMES[day])} {hour}:00",
        }
        for day, hours in enumerate(week)
        for hour, one in enumerate(hours)
    ]
    colour = {
        "field": "berichten",
        "type": "quantitative",
        "scale": {"range": [inks.line, inks.bar, inks.ink], "zero": True},
        "legend": {"title": _("berichten"), "orient": "bottom", "direction": "horizontal"},
    }
    axis = {"title": None, "labelAngle": 0, "domain": False, "ticks": False}
    tooltip = [{"field": "toen", "type": "nominal", "title": _("wanneer")}, {"field": "aantal", "type": "nominal", "title": _("berichten")}]
    chart = {
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": rows},
        "mark": {"type": "rect", "stroke": inks.paper, "strokeWidth": 2},
        "encoding": {
            "x": {"field": "uur", "type": "ordinal", "axis": axis},
            "y": {"field": "dag", "type": "ordinal", "sort": weekdays, "axis": axis},
            "color": colour,
            "tooltip": tooltip,
        },
    }
    return styled(chart, inks)


def said(counts: Mapping[tuple[int, int], int]) -> str:
    """When most was written, and how much outside office hours."""
    total = sum(counts.values())
    if total < 2 * FEWEST:
        return _("Te weinig berichten om iets over dagen en uren te zeggen.")
    (day, hour), most = max(counts.items(), key=lambda item: item[1])
    office = sum(count for (weekday, at), count in counts.items() if weekday < 5 and 9 <= at < 17)
    outside = _("%(share)s%% kwam buiten kantooruren (werkdagen 9 tot 17 uur).", share=round(100 * (total - office) / total))
    if most < FEWEST:
        return _("Geen uur springt eruit; %(outside)s", outside=outside)
    named = {"day": translated(NAMES[day]), "hour": hour, "most": number(most), "outside": outside}
    return _("De drukste uren vallen op %(day)s rond %(hour)s:00 (%(most)s berichten); %(outside)s", **named)
