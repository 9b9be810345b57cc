"""The shapes that every server's API has alike."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Base of all shapes: unknown fields are refused, and no error repeats a value."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True, hide_input_in_errors=True)


class ErrorBody(Shape):
    """What every refused or failed request answers; `field` is the part of the request that is at fault, as a path."""

    code: str
    message: str
    hint: str = ""
    position: int | None = None
    length: int | None = None
    field: str = ""


class ErrorAnswer(Shape):
    """The envelope of an error."""

    error: ErrorBody
