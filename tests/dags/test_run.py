"""The real DAGs, run by Airflow's own `dag.test()`: a message that lies in the inbox ends in a department's digest."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from launcher.prepare import bring_in_configuration
from models import Annotation, Delivery, Digest, Message, Signal, SourceRun
from models.embedded import Server
from models.settings import ROOT, settings
from models.words import RunOutcome
from tests.living import airflow_in

RUN = """
import importlib, json, sys
states = {}
for name in sys.argv[1:]:
    run = getattr(importlib.import_module(f"dags.{name}"), f"{name}_dag").test()
    states[name] = {str(t.task_id): str(t.state) for t in run.get_task_instances()} | {"run": str(run.state)}
print("STATES " + json.dumps(states))
"""
CALLS = """Contactnummer;Datum;Tijd;Kanaal;Notitie;Afgehandeld op
1;{day};09:10;Telefoon;Mw meldt vuilniszakken naast de ondergrondse container in de Loskade.;
2;{day};09:20;Telefoon;Dhr: zakken naast container Kadeplein, graag opruimen.;
3;{day};09:30;Telefoon;Lantaarnpaal Lijsterlaan brandt niet.;
"""
SOURCES = """sources:
  - {{id: kcc, name: Contactcentrum, kind: files, channel: contact_centre, medium: telefoon, path: "inbox/kcc/*.csv",
     columns: {{id: Contactnummer, date: Datum, time: Tijd, medium: Kanaal, text: Notitie, answered: Afgehandeld op}},
     purpose: proef, legal_basis: publieke taak, retention_days: 90, audience: webcare}}
  - {{id: dood, name: Dode feed, kind: feed, channel: news, url: "http://127.0.0.1:9/feed", allow_private: true,
     purpose: proef, legal_basis: publieke taak, retention_days: 90, audience: webcare}}
"""


@pytest.fixture
def airflow_environment(server: Server, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Airflow's tables in the embedded server, and a town with one good and one dead source."""
    config = shutil.copytree(ROOT / "config" / "rivierstad", tmp_path / "town", ignore=shutil.ignore_patterns("messages"))
    (config / "sources.yaml").write_text(SOURCES.format())
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(config))
    settings.cache_clear()
    yield airflow_in(tmp_path, server)
    settings.cache_clear()


def test_the_dags_bring_a_message_from_the_inbox_to_the_digest(airflow_environment: dict[str, str], session: Session, model: None) -> None:
    bring_in_configuration(settings())
    inbox = settings().data / "inbox" / "kcc"
    inbox.mkdir(parents=True)
    (inbox / "calls.csv").write_text(CALLS.format(day="20-11-2026"))

    names = ["listen", "understand", "route", "digest", "deliver", "retrain", "vocabulary"]
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN, *names], env=airflow_environment, capture_output=True, text=True, cwd=ROOT
    )
    assert "STATES " in answer.stdout, answer.stderr[-3000:]
    states = json.loads(answer.stdout.split("STATES ")[1].splitlines()[0])

    assert {name: state["run"] for name, state in states.items()} == dict.fromkeys(names, "success")
    runs = dict(session.execute(select(SourceRun.source_id, SourceRun.outcome)).all())
    assert runs == {"kcc": RunOutcome.DONE, "dood": RunOutcome.FAILED}
    assert session.scalar(select(func.count()).select_from(Message)) == 3
    assert session.scalar(select(func.count()).select_from(Annotation)) == 3
    assert session.scalar(select(func.count()).select_from(Signal)) == 2
    assert (session.scalar(select(func.count()).select_from(Digest)) or 0) >= 12
    assert session.scalar(select(func.count()).select_from(Digest)) == session.scalar(select(func.count()).select_from(Delivery))
