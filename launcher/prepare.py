"""Everything that must be there before the services start: schema, configuration, model, Airflow's own tables and pool."""

import subprocess

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from classify.training import ensure_model
from ingest.sources import load_sources, synchronise_sources
from launcher import airflow
from models.database import database_url, migrate, transaction
from models.municipality import load_municipality, synchronise
from models.settings import Settings


def prepare(chosen: Settings) -> None:
    """Bring a server of your own up to date; may be run again and again."""
    ensure_airflow_database()
    migrate()
    bring_in_configuration(chosen)
    ensure_model()
    for command in (("db", "migrate"), ("pools", "set", *airflow.POOL)):
        subprocess.run(["airflow", *command], check=True)


def bring_in_configuration(chosen: Settings) -> None:
    """Make the tables say what the municipality's files say."""
    with transaction() as session:
        synchronise(session, load_municipality(chosen.config))
        synchronise_sources(session, load_sources(chosen.config))


def ensure_airflow_database() -> None:
    """Create Airflow's database beside ours, on whichever server we use."""
    ours = make_url(database_url("postgres", "postgresql")).set(drivername="postgresql")
    with psycopg.connect(ours.render_as_string(hide_password=False), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [airflow.DATABASE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(airflow.DATABASE)))
