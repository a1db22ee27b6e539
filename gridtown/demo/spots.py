"""Points inside the town's grids, some of them hot: where the demo year happens."""

from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

import shapely
from shapely import Polygon

from gridtown.places.models import Division, Generation, Grid


@dataclass(frozen=True, slots=True)
class Spot:
    """A point (WGS84) with its grid and its village's name; rural: of a village and not of a community."""

    lon: float
    lat: float
    grid: str
    village_name: str
    rural: bool = True


@dataclass(frozen=True)
class Spots:
    """The places of a town's reports, with their cumulative weights."""

    spots: tuple[Spot, ...]
    weights: tuple[float, ...]

    def draw(self, chance: Random) -> Spot:
        """Where something happens: hot spots more often than others."""
        return chance.choices(self.spots, cum_weights=self.weights)[0]

    def near(self, spot: Spot, chance: Random) -> Spot:
        """A spot of the same grid."""
        return chance.choice([s for s in self.spots if s.grid == spot.grid])

    def at(self, place: str, lon: float | None, lat: float | None) -> Spot:
        """Where a case lies that is there already; without a point of its own at the place's first."""
        near = next((spot for spot in self.spots if spot.grid.startswith(place)), self.spots[0])
        return replace(
            near, grid=place, lon=near.lon if lon is None else lon, lat=near.lat if lat is None else lat
        )

    @property
    def grids(self) -> dict[str, Spot]:
        """One spot of every grid."""
        return {spot.grid: spot for spot in reversed(self.spots)}


def of_town(town: str, *, places: int, hot: float, heat: float, chance: Random, urban: float) -> Spots:
    """So many spots over the town's present grids; the share `hot` of them weighs the share `heat` of all.

    urban: how much more a grid of a community draws than one of a village.
    """
    newest = Generation.objects.filter(town=town).order_by("-number").first()
    if newest is None:
        raise LookupError(f"town {town} has no boundaries: load its places first")
    divisions = Division.objects.filter(town=town, level=Division.Level.VILLAGE)
    names = {d.code: (d.short, d.kind == "community") for d in divisions}
    grids = list(Grid.objects.filter(generation=newest).order_by("code"))
    shapes = [shapely.from_wkb(bytes(grid.shape)) for grid in grids]
    pull = [urban if names.get(grid.village, ("", False))[1] else 1.0 for grid in grids]
    many = max(places, len(grids))
    chosen = [*range(len(grids)), *chance.choices(range(len(grids)), pull, k=many - len(grids))]
    spots = []
    for i in chosen:
        lon, lat = _inside(shapes[i], chance)
        name, community = names.get(grids[i].village, (grids[i].village, False))
        spots.append(Spot(lon, lat, grids[i].code, name, rural=not community))
    hottest = set(chance.sample(range(many), max(1, round(many * hot))))
    warm = heat / len(hottest), (1 - heat) / max(1, many - len(hottest))
    return Spots(tuple(spots), tuple(accumulate(warm[0] if i in hottest else warm[1] for i in range(many))))


def _inside(shape: Polygon, chance: Random) -> tuple[float, float]:
    """A point well inside a shape, to six decimals (0.1 m)."""
    west, south, east, north = shape.bounds
    core = shape.buffer(-(min(east - west, north - south) * 0.05))
    room = core if not core.is_empty else shape
    for _ in range(200):
        lon, lat = round(chance.uniform(west, east), 6), round(chance.uniform(south, north), 6)
        if shapely.contains_xy(room, lon, lat):
            return lon, lat
    point = room.representative_point()
    return round(point.x, 6), round(point.y, 6)
