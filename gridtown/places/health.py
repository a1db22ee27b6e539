"""Whether a town's places hang together; shown by `gridtown doctor`."""

import shapely

from gridtown.places import router
from gridtown.places.checks import Fault


def health(town: str = "", known_stamp: int | None = None) -> list[Fault]:
    """What is amiss: no boundaries, a village without grids or area, a grid that is empty or of no village.

    Queries: those of `router.current`, no more.
    """
    now = router.current(town, known_stamp)
    if not now.generation:
        return [Fault("no_boundaries", (now.town,), (now.name(now.town),), detail="no boundaries are loaded")]
    villages = {village.code for village in now.villages}
    faults = [
        Fault("no_grids", (v.code,), (v.short,), detail="no grid is drawn in this village")
        for v in now.villages
        if not now.grids_of(v.code)
    ]
    faults += [
        Fault("no_area", (v.code,), (v.short,), detail="the village is in no area")
        for v in now.villages
        if now.areas and not now.area_of(v.code)
    ]
    areas = dict(zip(now.router.codes, shapely.area(now.router.shapes).tolist(), strict=True))
    for grid in now.grids.values():
        if grid.village not in villages:
            faults.append(Fault("no_village", (grid.code,), (grid.name,), detail="its village is no more"))
        if not areas.get(grid.code):
            faults.append(Fault("empty", (grid.code,), (grid.name,), detail="the grid has no ground"))
    return faults
