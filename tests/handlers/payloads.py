"""The smallest valid message of every content type, made from aiogram's own models."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from aiogram.enums import ContentType
from aiogram.types import Message
from pydantic import BaseModel

from tests.bot.people import Json

NO_FIELD = {ContentType.UNKNOWN, ContentType.ANY}
_PLAIN: dict[Any, Any] = {str: "chữ", int: 7, float: 1.5, bool: True, datetime: 1_700_000_000}


def kinds() -> list[str]:
    """Every content type that a message can have a field for."""
    fields = set(Message.model_fields)
    return sorted({kind.value for kind in ContentType if kind not in NO_FIELD} & fields)


def without_field() -> set[str]:
    """Content types that are no field of a message; a new one must be looked at."""
    named = {kind.value for kind in ContentType if kind not in NO_FIELD}
    return named - set(Message.model_fields)


def content(kind: str) -> Json:
    """The fields of a message of this type."""
    return {kind: value(Message.model_fields[kind].annotation)}


def value(annotation: Any) -> Any:
    """The smallest value that fits a type."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is list:
        return [value(inner[0])]
    if origin is Literal:
        return inner[0]
    if inner:  # a union, or a type with remarks
        return value(next(one for one in inner if one is not type(None)))
    return _simple(annotation)


def _simple(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return record(kind)
    return _PLAIN.get(kind, "chữ")


def record(model: type[BaseModel]) -> Json:
    """Required fields, and those that tell one of several shapes from another."""
    made: Json = {}
    for name, field in model.model_fields.items():
        if field.is_required():
            made[field.alias or name] = value(field.annotation)
        elif name in ("type", "source", "status") and isinstance(field.default, str):
            made[field.alias or name] = field.default
    return made
