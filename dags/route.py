"""After annotations: group messages into signals, see what rises, and bring each signal where the rules say; alerts leave at once."""

from datetime import UTC, datetime

from airflow.sdk import dag, task

from dags.assets import ANNOTATIONS, PATIENT, SIGNALS


@dag(schedule=[ANNOTATIONS], catchup=False, max_active_runs=1, default_args=PATIENT)
def route() -> None:
    @task(outlets=[SIGNALS])
    def signals_and_tickets() -> None:
        from routing.route import route as route_due

        route_due(datetime.now(UTC))

    @task
    def alerts() -> None:
        from routing.alerts.hurrying import send_alerts

        send_alerts(datetime.now(UTC))

    signals_and_tickets() >> alerts()


route_dag = route()
