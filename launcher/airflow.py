"""Airflow on one machine: its settings, and `airflow standalone` on a second database of the embedded server."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import requests

from launcher.processes import Child, Children
from models.database import database_url
from models.settings import ROOT, Settings

DATABASE = "airflow"
DAGS = ("listen", "understand", "route", "digest", "deliver", "retrain", "vocabulary", "tally")
POOL = ("sources", "4", "bronnen die tegelijk gelezen worden")
WORKERS = 4


def environment(settings: Settings) -> dict[str, str]:
    """The variables under which Airflow runs here."""
    port = settings.airflow_port
    base = f"http://127.0.0.1:{port}"
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "AIRFLOW_HOME": str(settings.data / "airflow"),
        "AIRFLOW__API__BASE_URL": base,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": settings.time_zone,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{base}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(WORKERS),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database_url(DATABASE),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": database_url(DATABASE, "asyncpg"),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(port + 2),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(port + 1),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "LUISTERPOST_DATA": str(settings.data.resolve()),
        "LUISTERPOST_CONFIG": str(settings.config.resolve()),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }


def standalone(children: Children, settings: Settings) -> Child:
    """Start scheduler, DAG processor, triggerer and API server."""
    return children.start("airflow", [Path(sys.executable).parent / "airflow", "standalone"], environment(settings))


def make_pool(children: Children, settings: Settings) -> Child:
    """Make the pool that the tasks of `listen` run in; harmless when it is there."""
    return children.start("airflow-pool", [Path(sys.executable).parent / "airflow", "pools", "set", *POOL], environment(settings))


def healthy(settings: Settings) -> bool:
    """Whether scheduler, DAG processor and triggerer report a heartbeat."""
    return all(status == "healthy" for status in _statuses(settings))


def _statuses(settings: Settings) -> Iterator[str | None]:
    try:
        answer = requests.get(f"http://127.0.0.1:{settings.airflow_port}/api/v2/monitor/health", timeout=3).json()
    except (requests.RequestException, ValueError):
        yield None
        return
    for part in ("metadatabase", "scheduler", "dag_processor", "triggerer"):
        yield answer.get(part, {}).get("status")
