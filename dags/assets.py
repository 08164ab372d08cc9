"""What the DAGs hand to each other, and the manners they share."""

from datetime import timedelta

from airflow.sdk import Asset, AssetWatcher

from dags.watch import MessagesCame

MESSAGES = Asset("luisterpost://messages", watchers=[AssetWatcher(name="pushed", trigger=MessagesCame())])
SIGNALS = Asset("luisterpost://signals")
ANNOTATIONS = Asset("luisterpost://annotations")
DIGESTS = Asset("luisterpost://digests")

SOURCES_POOL = "sources"
"""Limits how many sources are read at the same time; a lock per source keeps each from being read twice at once."""

PATIENT = {
    "retries": 3,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=5),
    "execution_timeout": timedelta(minutes=15),
}
