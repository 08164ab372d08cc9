"""Every five minutes, and when digests were built: send what waits in the outbox, then ask after tickets in departments' systems."""

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

    @task(trigger_rule="all_done")
    def ask_after() -> None:
        from routing.deliveries.targets.reflect import reflect_due

        reflect_due(datetime.now(UTC))

    send() >> ask_after()


deliver_dag = deliver()
