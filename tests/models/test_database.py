"""The schema is brought up to date by itself, and a newer one is left alone."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from models import Base
from models.database import DatabaseError, engine, migrate, transaction


def test_migrations_make_exactly_the_tables_of_the_models(database: str) -> None:
    with engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata) == []


def test_a_schema_made_by_a_newer_version_is_refused_with_what_to_do(database: str) -> None:
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match=r"nieuwere Luisterpost \(versie 9999\).*LUISTERPOST_DATA"):
        migrate()


def test_migrating_twice_changes_nothing(database: str) -> None:
    migrate()
    migrate()
