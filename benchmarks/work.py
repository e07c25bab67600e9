"""The work that every stack does, so that only the road to it differs. It imports no framework."""

import os
import platform
import tomllib
from datetime import datetime
from importlib.metadata import version as version_of
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
PYTHON, DJANGO = platform.python_version(), version_of("django")
DATABASE_URL = os.environ.get("DATABASE_URL", "")
ROWS = 50
# As many connections for each stack as the service has by default (DB_POOL_MAX).
CONNECTIONS = 10


def version() -> dict[str, str]:
    """What the service's own `/version` answers."""
    return {
        "name": _project["name"],
        "version": _project["version"],
        "commit": "unknown",
        "build_time": "unknown",
        "python": PYTHON,
        "django": DJANGO,
    }


class Address(BaseModel):
    """Where an order goes."""

    street: str = Field(min_length=1, max_length=100)
    city: str = Field(min_length=1, max_length=100)
    country: str = Field(pattern="^[A-Z]{2}$")


class Item(BaseModel):
    """One line of an order; `price` in cents."""

    sku: str = Field(min_length=1, max_length=40)
    title: str = Field(max_length=200)
    quantity: int = Field(ge=1, le=1000)
    price: int = Field(ge=0)


class Order(BaseModel):
    """A body that is worth validating."""

    reference: UUID
    placed: datetime
    customer: str = Field(min_length=1, max_length=255)
    express: bool = False
    address: Address
    items: list[Item] = Field(min_length=1, max_length=100)
    tags: list[str] = Field(default_factory=list, max_length=20)


class Row(BaseModel):
    """A note as it stands in the table `notes_note`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    owner: str
    text: str
    tags: list[str]
    version: int
    created: datetime
    updated: datetime


ORDER = Order(
    reference=UUID(int=7),
    placed=datetime.fromisoformat("2026-01-02T03:04:05Z"),
    customer="acme",
    address=Address(street="1 Garden Path", city="Bern", country="CH"),
    items=[
        Item(sku=f"plant-{number}", title="A plant in a clay pot", quantity=number, price=1295)
        for number in range(1, 10)
    ],
    tags=["garden", "spring"],
)
