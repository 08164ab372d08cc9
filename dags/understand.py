"""After messages came in: say of each what it is about, where, and how pressing."""

from datetime import UTC, datetime

from airflow.sdk import dag, task

from dags.assets import ANNOTATIONS, MESSAGES, PATIENT


@dag(schedule=[MESSAGES], catchup=False, max_active_runs=1, default_args=PATIENT)
def understand() -> None:
    @task(outlets=[ANNOTATIONS])
    def annotate() -> int:
        from classify.understand import understand as annotate_due

        return annotate_due(datetime.now(UTC))

    annotate()


understand_dag = understand()
