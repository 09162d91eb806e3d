"""Everything that a count lets out as plain values, to be compared to the last bit."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from app.infra.db import Base
from app.results.packed_words import PackedWords


def bits_of(value: Any) -> Any:
    """The same whenever every number inside is, whether it can be compared with == or not."""
    if isinstance(value, Base):
        return [(column.name, getattr(value, column.name)) for column in value.__table__.columns]
    if is_dataclass(value):
        return [(field.name, bits_of(getattr(value, field.name))) for field in fields(value)]
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, list | tuple | PackedWords):
        return [bits_of(one) for one in value]
    return repr(value.tolist() if isinstance(value, np.ndarray) else value)
