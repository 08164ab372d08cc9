"""Every five minutes, and when digests were built: send what waits in the outbox."""

from datetime import UTC, datetime

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from dags.assets import DIGESTS, PATIENT

OFTEN = CronTriggerTimetable("*/5 * * * *", timezone="Europe/Amsterdam")


@dag(schedule=AssetOrTimeSchedule(timetable=OFTEN, assets=[DIGESTS]), catchup=False, max_active_runs=1, default_args=PATIENT)
def deliver() -> None:
    @task
    def send() -> None:
        from routing.deliveries.deliver import deliver_due

        deliver_due(datetime.now(UTC))

    send()


deliver_dag = deliver()
