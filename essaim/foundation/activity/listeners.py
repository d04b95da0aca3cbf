from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from essaim.foundation.activity.facts import Fact, kind_of

Listener = Callable[[Any], None]
L = TypeVar("L", bound=Listener)

_by_kind: dict[str, list[str]] = defaultdict(list)
_by_name: dict[str, Listener] = {}


def hears(*kinds: type[Fact]) -> Callable[[L], L]:
    """Register a listener for facts of its own package or of floors below; make it idempotent."""

    def register(listener: L) -> L:
        name = f"{listener.__module__}.{listener.__qualname__}"
        _by_name[name] = listener
        for kind in kinds:
            if name not in _by_kind[kind_of(kind)]:
                _by_kind[kind_of(kind)].append(name)
        return listener

    return register


def listeners_of(kind: str) -> list[str]:
    return _by_kind.get(kind, [])


def listener_named(name: str) -> Listener | None:
    return _by_name.get(name)


def all_listeners() -> dict[str, list[str]]:
    """Listener names by kind of fact; the architecture test reads it."""
    return {kind: list(names) for kind, names in _by_kind.items()}
