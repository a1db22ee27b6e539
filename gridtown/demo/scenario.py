"""The scenario of a town's demo year, read from its folder: who comes when with what, and who is there to deal with it.

Every amount stands in `towns/<town>/scenario.toml` with its source; nothing that comes out is fixed in code.
"""

import tomllib
from datetime import date
from pathlib import Path
from random import Random
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Hours24 = Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]


class Part(BaseModel):
    """One table of the scenario; it always says where its amounts come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: Annotated[str, Field(min_length=5)]


class Year(Part):
    """The span that is walked, and how much comes in (expected values; the draw decides)."""

    seed: int
    first: date
    last: date
    matters: int
    findings: int


class Arrivals(Part):
    """Factors of the daily rate; `noise` is the coefficient of variation of a day beyond chance."""

    month: Annotated[tuple[Weight, ...], Field(min_length=12, max_length=12)]
    weekday: Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)]
    noise: Weight


class Hours(Part):
    """Shares of the hours of a day by who reports."""

    call: Hours24
    online: Hours24
    staff: Hours24


class Channel(Part):
    """One way in: its share, its hours, and how often a photo and a contact come with it."""

    share: Weight
    hours: str
    photo: Share
    contact: Share
    staff: bool = False


class Category(BaseModel):
    """One category: its share, hands-on minutes, and the waiting for parts, weather or others beside them.

    wait: the share that has to wait; median: hours, as measured. things: "thing|trouble/trouble".
    becomes: a finding's category as a matter of the residents' desk, where it is not called the same.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    share: Weight
    minutes: Weight
    wait: Share
    median: Weight
    things: Annotated[tuple[str, ...], Field(min_length=1)]
    becomes: str = ""


class Categories(Part):
    """What it is about, by the key of the town's dictionary."""

    of: dict[str, Category]

    def draw(self, chance: Random) -> str:
        """One of them."""
        return chance.choices(list(self.of), [c.share for c in self.of.values()])[0]


class Waits(Part):
    """Lognormal waits: sigma of the log, the town's pace as a factor of measured medians, and the longest.

    urgent, critical: by how much what is urgent goes faster.
    """

    sigma: Weight
    pace: Weight
    most_days: Weight
    urgent: Weight
    critical: Weight

    def draw(self, category: Category, urgency: str, chance: Random) -> float:
        """Hours until it goes on; nought for what need not wait."""
        if chance.random() >= category.wait:
            return 0.0
        pace = self.pace * {"urgent": self.urgent, "critical": self.critical}.get(urgency, 1.0)
        return min(chance.lognormvariate(0, self.sigma) * category.median * pace, self.most_days * 24)


class Behaviour(Part):
    """How often something happens, as a share of the times that it could."""

    value: Share


class Mix(Part):
    """Shares of the values of a field."""

    shares: dict[str, Weight]

    def draw(self, chance: Random) -> str:
        """One of the values."""
        return chance.choices(list(self.shares), list(self.shares.values()))[0]


class Staff(Part):
    """How a role works: people per post, the share of their day for this, minutes for each verb, shift or office."""

    people: Annotated[int, Field(ge=1)]
    share: Annotated[float, Field(gt=0, le=1)]
    shift: bool = False
    minutes: dict[str, Weight] = {}


class Ratings(Part):
    """How reporters judge: shares of the marks 1 to 5, the share that rates at all, and days until they do."""

    rated: Share
    marks: Annotated[tuple[Weight, ...], Field(min_length=5, max_length=5)]
    days_median: Weight
    days_sigma: Weight


class Spots(Part):
    """Where things happen: `hot` of the places get `heat` of the reports."""

    places: Annotated[int, Field(ge=1)]
    hot: Share
    heat: Share
    urban: Weight


class Patrol(Part):
    """Rounds: how many routes a village has, the minutes of a round, and how findings go."""

    routes_per_village: Annotated[int, Field(ge=1)]
    minutes: Weight
    missed: Share
    cleared: Share
    handed_on: Share
    dismissed: Share


class Texts(Part):
    """The grammar that every text is composed of; nothing here is anybody's words."""

    places: tuple[str, ...]
    troubles: tuple[str, ...]
    done: tuple[str, ...]
    mark: str


class Scenario(BaseModel):
    """All of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    year: Year
    arrivals: Arrivals
    hours: Hours
    urgency: Mix
    nature: Mix
    level: Mix
    channels: dict[str, Channel]
    waits: Waits
    categories: Categories
    findings: Categories
    behaviour: dict[str, Behaviour]
    staff: dict[str, Staff]
    ratings: Ratings
    spots: Spots
    patrol: Patrol
    texts: Texts

    @model_validator(mode="after")
    def _whole(self) -> "Scenario":
        wrong = [key for key, channel in self.channels.items() if channel.hours not in Hours.model_fields]
        if wrong or self.year.last < self.year.first:
            raise ValueError(f"hours of {', '.join(wrong)}" if wrong else "the year ends before it begins")
        return self

    def happens(self, what: str) -> float:
        """The share of times at which something happens."""
        return self.behaviour[what].value


def read(folder: Path) -> Scenario:
    """The scenario of a town's folder; FileNotFoundError where a town has none."""
    data: dict[str, Any] = tomllib.loads((folder / "scenario.toml").read_text("utf-8"))
    return Scenario.model_validate(data)
