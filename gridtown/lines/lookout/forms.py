"""What is asked with each move of an alarm, of a muted one, of a camera's outage and of a check."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import (
    CaseRef,
    Choice,
    Computed,
    Form,
    Internal,
    Long,
    Photo,
    PostRef,
    Ref,
    Sets,
    Unit,
)
from gridtown.kernel.usual import Sentence

Burning = Annotated[str, Choice("burning"), Sets("category")]
Degrees = Annotated[float, Unit("deg")]
Longitude = Annotated[float, Unit("deg"), Field(ge=-180, le=180)]
Latitude = Annotated[float, Unit("deg"), Field(ge=-90, le=90)]
Metres = Annotated[float, Unit("m"), Field(ge=0)]
Remark = Annotated[str, Long(), Field(max_length=1000)]
Placed = Literal["crossed", "range", "point", "sector"]
Before = Annotated[tuple[str, ...], Photo("before"), Field(max_length=9)]


class Verified(Form):
    """What a watcher makes of it from the desk: looked at the live picture, called the village."""

    category: Burning | None = None
    lon: Longitude | None = None
    lat: Latitude | None = None
    remark: Remark = ""


class Dispatch(Form):
    """Who goes: a post, and its crew where it is on the books."""

    to: Annotated[str, PostRef()]
    crew: Annotated[int, Ref("crew")] | None = None
    remark: Remark = ""


class Arrived(Form):
    """What it looks like on arrival."""

    photos: Before = ()
    remark: Remark = ""


class Rejected(Form):
    """No fire, and what it was instead: the quick way out for five alarms in six."""

    mistaken: Annotated[str, Choice("mistaken")]
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()
    remark: Remark = ""
    minutes: Annotated[float, Unit("min"), Computed()] = 0.0


class Confirmed(Form):
    """It burns, what burns, and how large it is."""

    category: Burning
    area: Annotated[float, Unit("mu"), Field(ge=0)] = 0.0
    photos: Before = ()
    remark: Remark = ""
    minutes: Annotated[float, Unit("min"), Computed()] = 0.0


class HelpCalled(Form):
    """Who was called in beside those who are there."""

    whom: Literal["fire_brigade", "county", "neighbours", "medical"]
    remark: Remark = ""


class SizedUp(Form):
    """火情续报: size and harm as far as known; the grade and whether it goes up to the state follow from the law."""

    hectares: Annotated[float, Unit("ha"), Field(ge=0)]
    dead: Annotated[int, Unit("people"), Field(ge=0)] = 0
    hurt: Annotated[int, Unit("people"), Field(ge=0)] = 0
    homes: bool = False
    border: bool = False
    grade: Annotated[Literal["general", "larger", "major", "extraordinary"], Computed()] = "general"
    report_up: Annotated[bool, Computed()] = False


class PutOut(Form):
    """The flames are out, with a picture that shows it, and what was done about whoever lit it."""

    photos: Annotated[tuple[str, ...], Photo("after"), Field(min_length=1, max_length=9)]
    area: Annotated[float, Unit("mu"), Field(ge=0)] = 0.0
    handled: Literal["none", "dissuaded", "ordered"] = "none"
    remark: Remark = ""
    out_at: Annotated[datetime | None, Computed()] = None


class Referred(Form):
    """移送: whoever lit it is left to the body that the county names, with what was found."""

    description: Sentence
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=9)] = ()


class Inspected(Form):
    """No ember is left and the guards may go."""

    embers_out: Literal["yes"]
    remark: Remark = ""


class MergeInto(Form):
    """The alarm that tells of the same smoke."""

    into: Annotated[str, CaseRef("alarm")]
    remark: Remark = ""


class Placing(Form):
    """What is known of the smoke's place: each camera's track, and what follows from them.

    tracks: in the words of `tracks.py`. apart: poses that a person has taken off this alarm. major, minor: half axes
    of the 95 % ellipse; heading: of the longer one. as_of: the newest of several is what holds.
    """

    as_of: datetime
    tracks: Annotated[tuple[str, ...], Field(max_length=50), Internal()] = ()
    apart: Annotated[tuple[int, ...], Field(max_length=50)] = ()
    placed: Placed = "sector"
    lon: Longitude | None = None
    lat: Latitude | None = None
    major: Metres | None = None
    minor: Metres | None = None
    heading: Degrees | None = None


class Sighted(Placing):
    """The same smoke seen again, and what is known of its place with that; only devices send it."""

    seen_at: datetime
    score: Annotated[float, Field(ge=0, le=1)] | None = None
    model: Annotated[str, Field(max_length=80)] = ""


class Detached(Form):
    """拆出: one camera's sightings belong to another smoke. They leave this alarm, and open one of their own."""

    pose: Annotated[int, Ref("pose")]
    reason: Sentence
    as_of: Annotated[datetime | None, Computed()] = None
    tracks: Annotated[tuple[str, ...], Computed(), Internal()] = ()
    apart: Annotated[tuple[int, ...], Computed()] = ()
    placed: Annotated[Placed, Computed()] = "sector"
    lon: Annotated[float | None, Unit("deg"), Computed()] = None
    lat: Annotated[float | None, Unit("deg"), Computed()] = None
    major: Annotated[float | None, Unit("m"), Computed()] = None
    minor: Annotated[float | None, Unit("m"), Computed()] = None
    heading: Annotated[float | None, Unit("deg"), Computed()] = None


class Addition(Form):
    """More from whoever reported."""

    description: Sentence
    photos: Before = ()


class Looked(Form):
    """A look at what was not dispatched: the rule was right."""

    remark: Remark = ""


class Repaired(Form):
    """What was done so that the camera sees again."""

    result: Sentence


class Recovered(Form):
    """The device sees again."""

    seen_at: datetime


class Checked(Form):
    """How far the pose points from where it should, by landmarks."""

    error: Annotated[float, Unit("deg"), Field(ge=0, le=180)]
    seen_marks: Annotated[int, Field(ge=1, le=50)]
    remark: Remark = ""
