from typing import Any


def length_of(model: Any, name: str) -> int:
    """How long a text this field of the model holds."""
    return int(model._meta.get_field(name).max_length or 0)
