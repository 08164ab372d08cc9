"""Every quarter of an hour, and when signals changed: keep the stand-up and build the digest of each audience whose hour has come."""

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

    @task
    def keep_stand_up() -> bool:
        from routing.stand_up.kept import keep_due

        return keep_due(datetime.now(UTC))

    @task
    def mail_views() -> int:
        from routing.views.weekly import mail_due

        return mail_due(datetime.now(UTC))

    build()
    keep_stand_up()
    mail_views()


digest_dag = digest()
