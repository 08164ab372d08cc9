"""Alembic's entry: migrations run on the engine of this process."""

from alembic import context

from models import Base
from models.database import engine

with engine().connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
