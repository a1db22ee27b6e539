"""Red, yellow or green: how much of what was lately reported somewhere is still unfinished."""

from datetime import timedelta
from typing import Literal

from gridtown import town as towns

Light = Literal["green", "yellow", "red"]
LOOK_BACK = timedelta(days=30)


def light(unfinished: int, of: int) -> Light:
    """Red, yellow or green by the share not finished; the town's setting (domain A5, one town's practice)."""
    bounds = towns.current().options.get("lights", {})
    share = unfinished / of if of else 0.0
    if share >= bounds.get("red", 0.8):
        return "red"
    return "yellow" if share >= bounds.get("yellow", 0.4) else "green"
