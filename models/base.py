"""What all tables share."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CollectionAggregate, DateTime, Enum, MetaData, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of every table; moments are stored with their time zone."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}


def words(of: type[StrEnum]) -> TypeEngine[Any]:
    """A column type that takes only the words of an enumeration and stores their value as text."""
    return Enum(of, native_enum=False, length=40, values_callable=lambda e: [member.value for member in e])


def among(ids: Sequence[int]) -> CollectionAggregate[bool]:
    """To compare a column with: equal to one of `ids`, sent as one array however many there are."""
    return any_(literal(list(ids), ARRAY(BigInteger)))
