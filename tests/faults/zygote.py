"""A process that has loaded the whole house, and carries out its steps: `python -m tests.faults.zygote`."""

from datetime import datetime

from apprise import Apprise
from holidays import country_holidays

from classify.champion import annotator_with
from classify.understand import understand
from ingest.listen import due_sources, listen
from models.municipality import load_municipality
from models.settings import settings
from routing.deliveries.deliver import deliver_due
from routing.digests.build import build_due
from routing.route import route
from routing.rules.reading import load_rules
from tests.faults.orders import serve


def listen_to_all(now: datetime) -> None:
    for source in due_sources(now):
        listen(source, now)


def build_all(now: datetime) -> None:
    build_due(now, everyone=True)


def load_all() -> None:
    """What a process loads on first use and keeps: each victim would load it anew, for seconds."""
    list(annotator_with(settings().config, None).annotate(["De lantaarn brandt niet."]))
    country_holidays("NL", years=2026)
    load_rules(settings().config, load_municipality(settings().config))
    Apprise().add("json://localhost")


if __name__ == "__main__":
    load_all()
    serve({"listen": listen_to_all, "understand": understand, "route": route, "digest": build_all, "deliver": deliver_due})
