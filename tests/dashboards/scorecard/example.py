"""What the scorecard's tests share: the example town's own goals, and a day to look at them."""

from datetime import date

from dashboards.scorecard.reading import load_goals
from models.settings import ROOT, settings

TODAY = date(2026, 11, 19)
ZONE = settings().zone
GOALS = load_goals(ROOT / "config" / "rivierstad")
SURVEY = GOALS.surveys[0]
