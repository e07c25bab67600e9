"""What callers send and get."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.notes.models import TAG_COUNT, TAG_LENGTH, TEXT_LENGTH

NO_NUL = r"^[^\x00]*$"  # PostgreSQL's text cannot hold one


def _each_once(tags: list[str]) -> list[str]:
    if len(set(tags)) < len(tags):
        raise ValueError("each tag stands there once")
    return tags


Text = Annotated[
    str,
    Field(
        min_length=1,
        max_length=TEXT_LENGTH,
        pattern=NO_NUL,
        description="Plain text.",
        examples=["Water the plants."],
    ),
]
Tag = Annotated[str, Field(min_length=1, max_length=TAG_LENGTH, pattern=NO_NUL, examples=["home"])]
Tags = Annotated[
    list[Tag],
    Field(
        max_length=TAG_COUNT,
        description="Words to find it by, each once.",
        examples=[["home", "weekly"]],
        json_schema_extra={"uniqueItems": True},
    ),
    AfterValidator(_each_once),
]


class NoteIn(BaseModel):
    """A note to be written."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Text
    tags: Tags = Field(default_factory=list)


class NotePatch(BaseModel):
    """What is to change of a note; what is not named stays (RFC 7396)."""

    model_config = ConfigDict(extra="forbid", strict=True)

    # Never used: `changes` are the fields that were sent, and null is none of their values.
    text: Text = Field(default_factory=str)
    tags: Tags = Field(default_factory=list)

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class NoteOut(BaseModel):
    """A note as it stands."""

    model_config: ClassVar[ConfigDict] = ConfigDict(from_attributes=True)

    id: UUID
    text: Text
    tags: Tags
    created: datetime
    updated: datetime


class Page(BaseModel):
    """Notes, the newest first."""

    items: list[NoteOut]
    next: str | None = Field(description="The cursor of the page behind this one, if there is one.")
