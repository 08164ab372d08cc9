"""The DAG files stay thin: quick to import, joined by assets, patient with failures."""

import subprocess
import sys

from airflow.sdk import DAG, CronTriggerTimetable
from airflow.sdk.definitions.asset import Asset, AssetAll

from dags.assets import ANNOTATIONS, DIGESTS, MESSAGES, SIGNALS, SOURCES_POOL
from dags.deliver import deliver_dag
from dags.digest import digest_dag
from dags.listen import listen_dag
from dags.measure import measure_dag
from dags.retrain import retrain_dag
from dags.route import route_dag
from dags.tally import tally_dag
from dags.understand import understand_dag
from dags.vocabulary import vocabulary_dag
from models.settings import ROOT

WAY = (listen_dag, understand_dag, route_dag, digest_dag, deliver_dag)
LEARNING = (retrain_dag, vocabulary_dag)
ALL = (*WAY, *LEARNING, measure_dag, tally_dag)
COST = """
import sys, time
import airflow.sdk
from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, TriggerRule, dag, task
from airflow.exceptions import AirflowFailException
begin = time.perf_counter()
import dags.listen, dags.understand, dags.route, dags.digest, dags.deliver, dags.retrain, dags.vocabulary, dags.measure, dags.tally
print(time.perf_counter() - begin)
print(sorted({"spacy", "sklearn", "fastapi", "models", "routing"} & set(sys.modules)))
"""


def outlets(dag: DAG) -> set[Asset]:
    return {outlet for task in dag.tasks for outlet in task.outlets if isinstance(outlet, Asset)}


def test_each_dag_hands_an_asset_to_the_next() -> None:
    handed = [MESSAGES, ANNOTATIONS, SIGNALS, DIGESTS]
    for before, after, asset in zip(WAY, WAY[1:], handed, strict=False):
        assert asset in outlets(before)
        condition = after.timetable.asset_condition
        assert isinstance(condition, AssetAll)
        assert asset in condition.objects


def test_alerts_leave_as_soon_as_routing_is_done() -> None:
    assert route_dag.get_task("signals_and_tickets").downstream_task_ids == {"alerts"}


def test_every_task_is_tried_again_and_bounded_in_time() -> None:
    for dag in ALL:
        for task in dag.tasks:
            assert (task.retries or 0) >= 1, task.task_id
            assert task.execution_timeout is not None, task.task_id


def test_no_dag_runs_twice_at_once() -> None:
    assert all(dag.max_active_runs == 1 for dag in ALL)


def test_learning_happens_weekly_at_night_and_new_words_are_there_before_the_stand_up() -> None:
    schedules = [dag.timetable for dag in LEARNING]
    assert [s.expression for s in schedules if isinstance(s, CronTriggerTimetable)] == ["30 3 * * 0", "0 6 * * *"]
    assert not any(dag.catchup for dag in LEARNING)


def test_sources_are_read_in_their_pool_and_a_failed_one_keeps_no_other_from_being_heard() -> None:
    assert listen_dag.get_task("read").pool == SOURCES_POOL
    assert listen_dag.get_task("heard").trigger_rule == "all_done"


def test_a_dag_file_costs_little_beyond_airflow_and_loads_no_language_model() -> None:
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COST], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split("\n")
    assert float(answer[0]) < 0.3 * 7, "seconds for the seven of them"
    assert answer[1] == "[]"
