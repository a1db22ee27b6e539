"""What opens a case: smoke that was seen, smoke that is not dispatched, a camera that fails, a check."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.forms import CaseRef, Form, Internal, Personal, Ref, Sent, Sets, Unit
from gridtown.kernel.usual import Sentence
from gridtown.lines.lookout.forms import Before, Burning, Degrees, Latitude, Longitude, Metres, Placed

Source = Literal["person", "camera", "drone", "satellite"]
Second = Literal["passed", "none", "unavailable", "stale", "window_exhausted", "failed"]
Fault = Literal["frozen", "dark", "corrupt", "infrared", "moved", "misaligned", "offline"]
Title = Annotated[str, Sets("title"), Field(max_length=80)]


class Smoke(Form):
    """Smoke or fire: people say what they see; what follows `seen_at` is a device's to say.

    placed, major, minor, heading: how the place was found, and the 95 % ellipse (half axes, the heading of the
    longer one). tracks: what each camera saw, in the words of `tracks.py`. camera_*: the camera's own record of the
    last days beside the alarm. second: what a second model said, or why it said nothing.
    """

    description: Sentence
    title: Title = ""
    category: Burning | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    photos: Before = ()
    contact_name: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    contact_phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    source: Annotated[Source, Sent()] = "person"
    seen_at: Annotated[datetime, Sent()] | None = None
    camera: Annotated[int, Ref("camera"), Sent()] | None = None
    pose: Annotated[int, Ref("pose"), Sent()] | None = None
    azimuth: Annotated[Degrees, Sent()] | None = None
    sigma: Annotated[Degrees, Sent()] | None = None
    score: Annotated[float, Field(ge=0, le=1), Sent()] | None = None
    model: Annotated[str, Field(max_length=80), Sent()] = ""
    second: Annotated[Second, Sent()] = "none"
    placed: Annotated[Placed, Sent()] | None = None
    major: Annotated[Metres, Sent()] | None = None
    minor: Annotated[Metres, Sent()] | None = None
    heading: Annotated[Degrees, Sent()] | None = None
    lon: Annotated[Longitude, Sent()] | None = None
    lat: Annotated[Latitude, Sent()] | None = None
    tracks: Annotated[tuple[str, ...], Field(max_length=50), Sent(), Internal()] = ()
    danger: Annotated[int, Field(ge=1, le=5), Sent()] | None = None
    near: Annotated[str, Field(max_length=200), Sent()] = ""
    possible: Annotated[tuple[str, ...], Field(max_length=20), Sent()] = ()
    camera_judged: Annotated[int, Field(ge=0), Sent()] | None = None
    camera_false: Annotated[float, Unit("percent"), Field(ge=0, le=100), Sent()] | None = None
    camera_daily: Annotated[float, Field(ge=0), Sent()] | None = None
    camera_minutes: Annotated[float, Unit("min"), Field(ge=0), Sent()] | None = None


class Muted(Smoke):
    """Smoke that a rule keeps from being dispatched: kept, with the rule and until when the rule holds."""

    rule: Annotated[Literal["mask", "burner", "permit"], Sent()]
    rule_name: Annotated[str, Field(max_length=80), Sent()] = ""
    rule_until: Annotated[datetime, Sent()] | None = None


class Outage(Form):
    """A camera that does not see, or whose pictures are not judged: silence would look like no smoke."""

    description: Annotated[str, Field(max_length=500)] = ""
    title: Title = ""
    camera: Annotated[int, Ref("camera")]
    pose: Annotated[int, Ref("pose")] | None = None
    fault: Fault
    error: Degrees | None = None


class Check(Form):
    """The quarterly look at a pose's landmarks; the ticker opens it."""

    title: Title = ""
    pose: Annotated[int, Ref("pose")] | None = None
    outage: Annotated[str, CaseRef("outage")] | None = None
