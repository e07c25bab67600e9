"""FastAPI observed, with SQLAlchemy's asyncio on psycopg."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException
from sqlalchemy import ARRAY, String, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks import work
from benchmarks.peers.fastapi_observed import app

__all__ = ["app"]

# https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.psycopg
engine = create_async_engine(
    work.DATABASE_URL.replace("postgres://", "postgresql+psycopg://"),
    pool_size=work.CONNECTIONS,
    max_overflow=0,
    pool_pre_ping=True,  # as the service does: a connection may have died in the pool
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """The tables."""


class Note(Base):
    """The table that the service's migrations make."""

    __tablename__ = "notes_note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner: Mapped[str]
    text: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(ARRAY(String))
    version: Mapped[int]
    created: Mapped[datetime]
    updated: Mapped[datetime]


async def session() -> AsyncIterator[AsyncSession]:
    """A session for one request: https://fastapi.tiangolo.com/tutorial/sql-databases/."""
    async with sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


@app.get("/api/rows/{row_id}", response_model=work.Row)
async def read_row(row_id: UUID, db: Session) -> Note:
    """Read one row by its id."""
    row = await db.get(Note, row_id)
    if row is None:
        raise HTTPException(404)
    return row


@app.get("/api/rows", response_model=list[work.Row])
async def list_rows(db: Session) -> Sequence[Note]:
    """Read the first rows."""
    found = await db.scalars(select(Note).order_by(Note.id).limit(work.ROWS))
    return found.all()
