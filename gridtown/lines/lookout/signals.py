"""What cameras, drones and satellites send."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gridtown.kernel.forms import Form, Unit
from gridtown.lines.lookout.forms import Latitude, Longitude
from gridtown.lines.lookout.intake import Second

Code = Annotated[str, Field(min_length=1, max_length=40)]
Edge = Annotated[float, Field(ge=0, le=1)]
ScoredBox = tuple[Edge, Edge, Edge, Edge, Edge]  # left, top, right, bottom, score


class Reading(Form):
    """One look of a camera in one of its poses: boxes of smoke, none, or why it did not see.

    camera, pose: their codes in the registers. boxes: [left, top, right, bottom, score], edges in 0…1 of the picture
    from its upper left corner; the device has seen each by its own rule in several frames. azimuth: where the mount
    says that it points. state: why pictures are not judged; `ok` ends an outage. second: what a second model said of
    the boxes, or why it said nothing; silence of a model loses no alarm. No picture is sent, and none is kept.
    """

    camera: Code
    pose: Code
    seen_at: datetime
    boxes: Annotated[tuple[ScoredBox, ...], Field(max_length=20)] = ()
    azimuth: Annotated[float, Unit("deg"), Field(ge=0, lt=360)] | None = None
    state: Literal["ok", "frozen", "dark", "corrupt", "infrared", "moved", "offline"] = "ok"
    second: Second = "none"
    model: Annotated[str, Field(max_length=80)] = ""

    @model_validator(mode="after")
    def _boxes_have_an_area(self) -> Self:
        if any(not (box[0] < box[2] and box[1] < box[3]) for box in self.boxes):
            raise ValueError("a box has an area")
        return self


class Point(Form):
    """Smoke or heat at a place that a drone or a satellite has measured; sigma: its error in each direction."""

    source: Literal["drone", "satellite"]
    device: Code
    seen_at: datetime
    lon: Longitude
    lat: Latitude
    sigma: Annotated[float, Unit("m"), Field(gt=0, le=5000)] = 30.0
    score: Annotated[float, Field(ge=0, le=1)] | None = None
    model: Annotated[str, Field(max_length=80)] = ""
