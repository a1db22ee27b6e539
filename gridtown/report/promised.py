"""What a town has promised for a year, where its report's tables compare: `report/<year>.targets.toml`.

["appeals.on_time_rate"]
at_least = 95          # or at_most; in the indicator's own unit, a share in percent
source = "the plan's text and where it stands"
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gridtown.report.template import BadTemplate, Source


@dataclass(frozen=True)
class Promised:
    """An amount in the indicator's unit that the figure shall reach (least) or keep below."""

    key: str
    amount: Decimal
    least: bool
    source: str

    @property
    def shown(self) -> str:
        """As a table has it: ≥ 95."""
        return f"{'≥' if self.least else '≤'} {self.amount:,}"


def read(source: Source) -> dict[str, Promised]:
    """The targets beside a report's text, by indicator; BadTemplate names what cannot be read."""
    name = f"{source.name.partition('.')[0]}.targets.toml"
    try:
        found = tomllib.loads(source.targets)
    except tomllib.TOMLDecodeError as wrong:
        raise BadTemplate(f"{name}: {wrong}") from None
    return {key: _target(name, key, said) for key, said in found.items()}


def _target(name: str, key: str, said: Any) -> Promised:
    if not isinstance(said, dict) or len({"at_least", "at_most"} & set(said)) != 1:
        raise BadTemplate(f'{name}: ["{key}"] needs at_least = … or at_most = …, one of them')
    if unknown := set(said) - {"at_least", "at_most", "source"}:
        raise BadTemplate(f'{name}: ["{key}"] does not know {", ".join(sorted(unknown))}')
    if not str(said.get("source", "")).strip():
        raise BadTemplate(f'{name}: ["{key}"] names no source: where was it promised?')
    amount = said.get("at_least", said.get("at_most"))
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        raise BadTemplate(f'{name}: ["{key}"] needs a number, not {amount!r}')
    return Promised(key, Decimal(str(amount)), "at_least" in said, str(said["source"]))
