"""Every quarter of an hour, and when signals changed: build the digest of each audience whose hour has come."""

from datetime import UTC, datetime

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from dags.assets import DIGESTS, PATIENT, SIGNALS

QUARTERLY = CronTriggerTimetable("*/15 * * * *", timezone="Europe/Amsterdam")


@dag(schedule=AssetOrTimeSchedule(timetable=QUARTERLY, assets=[SIGNALS]), catchup=False, max_active_runs=1, default_args=PATIENT)
def digest() -> None:
    @task(outlets=[DIGESTS])
    def build() -> int:
        from routing.digests.build import build_due

        return build_due(datetime.now(UTC))

    build()


digest_dag = digest()
