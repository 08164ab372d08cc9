"""As soon as messages came in or were understood: count the days that changed, and keep the words of new messages to search in."""

from datetime import UTC, datetime

from airflow.sdk import dag, task

from dags.assets import ANNOTATIONS, MESSAGES, PATIENT


@dag(schedule=(MESSAGES | ANNOTATIONS), catchup=False, max_active_runs=1, default_args=PATIENT)
def tally() -> None:
    @task
    def days() -> int:
        from models.settings import settings
        from models.tally import count_due

        return count_due(datetime.now(UTC), settings().zone)

    days()


tally_dag = tally()
