"""Reading answers of other people's servers: whatever is not as expected is as if it were not there."""

from typing import Any


def at(value: Any, *path: str) -> Any:
    """What stands at a path of names; None where there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def named(value: Any, *path: str) -> str:
    """A name or number at a path, as text; empty where there is none."""
    found = at(value, *path)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def rows(value: Any) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []
