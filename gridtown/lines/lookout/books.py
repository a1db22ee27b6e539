"""The forms of the registers: towers, cameras and poses, what may smoke, when fire is banned, weather, crews."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gridtown.kernel.forms import Computed, Form, Personal, PostRef, Ref, Unit
from gridtown.lines.lookout.forms import Latitude, Longitude, Metres, Remark

Name = Annotated[str, Field(min_length=1, max_length=80)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
Share = Annotated[float, Field(ge=0, le=1)]
Hour = Annotated[int, Field(ge=0, le=24)]
Opening = Annotated[float, Unit("deg"), Field(gt=0, lt=170)]


class Tower(Form):
    """A mast with whoever looks after it."""

    name: Name
    height: Metres = 0.0
    operator: Annotated[str, Field(max_length=80)] = ""
    phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    remark: Remark = ""


class Camera(Form):
    """A camera where it hangs. code: what its device calls itself. height: of the lens above the land around."""

    name: Name
    code: Code
    tower: Annotated[int, Ref("tower")] | None = None
    lon: Longitude
    lat: Latitude
    height: Metres
    reach: Annotated[float, Unit("m"), Field(gt=0, le=30_000)] = 5000.0
    sort: Literal["dome", "fixed", "thermal"] = "dome"
    remark: Remark = ""


class Pose(Form):
    """Where a camera looks, with its calibration.

    azimuth, pitch: of the picture's middle, clockwise from north and upwards, as ordered. fov_h, fov_v: opening
    angles as measured, not as on the data sheet. landmarks: "x y longitude latitude [height]", x and y in 0…1 from
    the picture's upper left corner, height over the land around the camera; from four of them on the true direction,
    opening and error are fitted and used in place of what was ordered.
    """

    name: Name
    code: Code
    camera: Annotated[int, Ref("camera")]
    azimuth: Annotated[float, Unit("deg"), Field(ge=0, lt=360)]
    pitch: Annotated[float, Unit("deg"), Field(ge=-90, le=90)] = 0.0
    fov_h: Opening
    fov_v: Opening
    sigma: Annotated[float, Unit("deg"), Field(ge=0.05, le=20)] = 1.0
    calibrated: date | None = None
    landmarks: Annotated[tuple[str, ...], Field(max_length=40)] = ()
    fit_azimuth: Annotated[float | None, Unit("deg"), Computed()] = None
    fit_pitch: Annotated[float | None, Unit("deg"), Computed()] = None
    fit_roll: Annotated[float | None, Unit("deg"), Computed()] = None
    fit_fov: Annotated[float | None, Unit("deg"), Computed()] = None
    fit_sigma: Annotated[float | None, Unit("deg"), Computed()] = None
    residuals: Annotated[tuple[str, ...], Computed()] = ()


class Mask(Form):
    """A part of a picture that is not dispatched from: x and y in 0…1 from the upper left corner."""

    name: Name
    pose: Annotated[int, Ref("pose")]
    left: Share
    top: Share
    right: Share
    bottom: Share
    since: datetime
    until: datetime
    why: Annotated[str, Field(min_length=1, max_length=300)]

    @model_validator(mode="after")
    def _is_a_box(self) -> Self:
        if not (self.left < self.right and self.top < self.bottom and self.since < self.until):
            raise ValueError("a mask has an area and a time")
        return self


class Burner(Form):
    """A chimney, a kiln, a steam stack: what smokes by right, until somebody looks at it again."""

    name: Name
    sort: Literal["chimney", "steam", "kiln", "kitchen"]
    lon: Longitude
    lat: Latitude
    radius: Annotated[float, Unit("m"), Field(gt=0, le=500)] = 50.0
    since: datetime
    until: datetime
    remark: Remark = ""


class Permit(Form):
    """A permitted production fire: who allowed it by what rule, where, when, and under what conditions.

    There is none for straw in the open: no rule of the province knows one (浙江省大气污染防治条例 46).
    """

    groups = {
        "permit": ("name", "purpose", "issuer", "basis", "since", "until"),
        "where": ("lon", "lat", "radius"),
        "guarding": ("guards", "guarded", "measures"),
    }

    name: Name
    purpose: Literal["farm", "forestry", "works"]
    issuer: Annotated[str, Field(min_length=1, max_length=80)]
    basis: Annotated[str, Field(min_length=1, max_length=120)]
    lon: Longitude
    lat: Latitude
    radius: Annotated[float, Unit("m"), Field(gt=0, le=2000)] = 100.0
    since: datetime
    until: datetime
    guards: Annotated[str, Personal("name"), Field(max_length=200)] = ""
    guarded: bool = False
    measures: Remark = ""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.since >= self.until:
            raise ValueError("a permit has a time")
        return self


class Ban(Form):
    """禁火令: no fire at all, permitted or not, in its time and area; without a point in the whole town."""

    name: Name
    issuer: Annotated[str, Field(min_length=1, max_length=80)]
    since: datetime
    until: datetime
    lon: Longitude | None = None
    lat: Latitude | None = None
    radius: Metres = 0.0


class Weather(Form):
    """The weather of a day and the class of fire danger: the service's own first, else ours (LY/T 1172-95)."""

    day: date
    temperature: Annotated[float, Unit("celsius"), Field(ge=-50, le=60)] | None = None
    humidity: Annotated[float, Unit("percent"), Field(ge=0, le=100)] | None = None
    dry_days: Annotated[int, Unit("days"), Field(ge=0, le=400)] | None = None
    wind: Annotated[int, Field(ge=0, le=18)] | None = None
    rain: Annotated[float, Unit("mm"), Field(ge=0, le=2000)] | None = None
    published: Annotated[int, Field(ge=1, le=5)] | None = None
    index: Annotated[int | None, Computed()] = None
    computed: Annotated[int | None, Computed()] = None
    danger: Annotated[int | None, Computed()] = None
    colour: Annotated[Literal["unknown", "green", "blue", "yellow", "orange", "red"], Computed()] = "unknown"


class Crew(Form):
    """Who can be sent: the post that answers for it, where it stands, how fast it comes, when it is on duty.

    fit: none of its members is one of those who may not be mobilised against a forest fire: the disabled, the old,
    pregnant women, pupils, minors (浙江省森林消防条例 28, 森林防火条例 35).
    """

    groups = {
        "crew": ("name", "post", "phone", "people", "forest", "fit"),
        "reach": ("lon", "lat", "speed", "from_hour", "to_hour"),
    }

    name: Name
    post: Annotated[str, PostRef()]
    lon: Longitude
    lat: Latitude
    people: Annotated[int, Unit("people"), Field(ge=1, le=500)] = 1
    speed: Annotated[float, Unit("kmh"), Field(gt=0, le=120)] = 30.0
    forest: bool = False
    fit: bool = False
    from_hour: Hour = 0
    to_hour: Hour = 24
    phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
