"""What the tables are made of: named constraints, UTC times, JSON, and the ids they refer to each other by."""

from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out; SQLite drops the zone, PostgreSQL answers in the session's."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"A time without a zone cannot be stored: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


WITHOUT_ROWID = {"sqlite_with_rowid": False}
"""For tables whose key is wide: SQLite then keeps each row once, in the order of its key."""
Json = dict[str, object]
Discord = Annotated[int, mapped_column(BigInteger)]
Owner = Annotated[int, mapped_column(BigInteger, ForeignKey("people.discord_id", ondelete="CASCADE"))]
Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
OwnerKey = Annotated[
    int,
    mapped_column(
        BigInteger, ForeignKey("people.discord_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
]


class Base(DeclarativeBase):
    """Named constraints, so that every one of them can be changed later."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it as it stands)
        datetime: UtcDateTime,
        Json: JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
    }
