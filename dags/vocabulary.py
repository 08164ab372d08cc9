"""Every morning before the stand-up: find the words that residents have begun to use and the model does not know."""

from datetime import UTC, datetime

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.assets import PATIENT

BEFORE_STAND_UP = CronTriggerTimetable("0 6 * * *", timezone="Europe/Amsterdam")


@dag(schedule=BEFORE_STAND_UP, catchup=False, max_active_runs=1, default_args=PATIENT)
def vocabulary() -> None:
    @task
    def words() -> int:
        from classify.vocabulary import find_words

        return find_words(datetime.now(UTC))

    words()


vocabulary_dag = vocabulary()
