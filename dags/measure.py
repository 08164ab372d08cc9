"""Every night, and when digests were built: fetch from Matomo the days that are not there yet, and again those it may still change; count
how residents and the municipality talked in the months that may still change.
"""

from datetime import UTC, datetime

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from dags.assets import DIGESTS, PATIENT

AT_NIGHT = CronTriggerTimetable("40 4 * * *", timezone="Europe/Amsterdam")


@dag(schedule=AssetOrTimeSchedule(timetable=AT_NIGHT, assets=[DIGESTS]), catchup=False, max_active_runs=1, default_args=PATIENT)
def measure() -> None:
    @task
    def fetch() -> int:
        from ingest.matomo.fetch import fetch_due

        return fetch_due(datetime.now(UTC)).days

    @task
    def community() -> int:
        from routing.community.count import count_months

        return count_months(datetime.now(UTC))

    fetch()
    community()


measure_dag = measure()
