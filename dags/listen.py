"""Every ten minutes: read each source that is due, each in a task of its own, so that a broken one stops no other.

A source that refuses is no failed task: it stands on the page "Bronnen", is left alone for longer each time, and after five times the
administrator gets a mail. A task fails on what Luisterpost did not expect.
"""

from datetime import UTC, datetime
from logging import getLogger

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, task

from dags.assets import MESSAGES, PATIENT, SOURCES_POOL


@dag(
    schedule=CronTriggerTimetable("*/10 * * * *", timezone="Europe/Amsterdam", run_immediately=True),
    catchup=False,
    max_active_runs=1,
    default_args=PATIENT,
)
def listen() -> None:
    @task
    def due() -> list[str]:
        from ingest.listen import due_sources

        return due_sources(datetime.now(UTC))

    @task(pool=SOURCES_POOL, retries=1, map_index_template="{{ task.op_kwargs['source_id'] }}")
    def read(source_id: str) -> None:
        from ingest.listen import listen as listen_to

        outcome = listen_to(source_id, datetime.now(UTC))
        if outcome.problem:
            getLogger(__name__).warning("%s %s", outcome.problem, outcome.mend)

    @task(outlets=[MESSAGES], trigger_rule=TriggerRule.ALL_DONE)
    def heard() -> None:
        """Says that messages may have come in, also when a source failed."""

    read.expand(source_id=due()) >> heard()


listen_dag = listen()
