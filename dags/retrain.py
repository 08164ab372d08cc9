"""Every Sunday night: make a model that knows what people corrected, and take it into use only if it is really better."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.assets import PATIENT

SUNDAY_NIGHT = CronTriggerTimetable("30 3 * * 0", timezone="Europe/Amsterdam")


@dag(
    schedule=SUNDAY_NIGHT,
    catchup=False,
    max_active_runs=1,
    default_args={**PATIENT, "execution_timeout": timedelta(hours=1)},
)
def retrain() -> None:
    @task
    def learn() -> str:
        from classify.retrain import retrain as learn_from_corrections

        return learn_from_corrections(datetime.now(UTC)).verdict

    learn()


retrain_dag = retrain()
