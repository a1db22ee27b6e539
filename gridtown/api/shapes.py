"""What comes in and goes out where it is not a query's struct as it stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from gridtown.cases.actions import Point
from gridtown.cases.queries import Brief, CaseView, Event, File, Offer, Step
from gridtown.cases.store import Row
from gridtown.kernel.clocks import Clock
from gridtown.kernel.forms import FieldSpec

Lon = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Lat = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Code = Annotated[str, msgspec.Meta(pattern=r"^\d{0,15}$")]
Short = Annotated[str, msgspec.Meta(max_length=32)]


class PointIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where something is, in the system that it was measured in: wgs84 (CGCS2000 alike), gcj02 or bd09."""

    lon: Lon
    lat: Lat
    crs: Annotated[str, msgspec.Meta(pattern="^(wgs84|cgcs2000|gcj02|bd09)$")] = "wgs84"

    def point(self) -> Point:
        """The same for the actions."""
        return Point(self.lon, self.lat, self.crs)


class NewCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report: the kind's intake form answered, and where it is (a point, else a place's code)."""

    line: Short
    kind: Short
    answers: dict[str, Any]
    point: PointIn | None = None
    place: Code = ""
    channel: Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{1,32}$")] = "api"
    source: Annotated[str, msgspec.Meta(max_length=80)] = ""


class MoveIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step: the move's form answered; `version` is what the caller was looking at."""

    answers: dict[str, Any] = {}
    version: int | None = None


class MovesIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same step for several cases, by id."""

    verb: Short
    cases: Annotated[list[int], msgspec.Meta(min_length=1, max_length=200)]
    answers: dict[str, Any] = {}


class Given(msgspec.Struct, frozen=True):
    """A receipt: number and secret open the case to whoever reported it; `hash` heads its chain."""

    id: int
    number: str
    secret: str
    hash: str
    version: int
    repeated: bool


class Stepped(msgspec.Struct, frozen=True):
    """What came of a move; `codes` are those that it drew, told here and never again.

    Where a list goes with the codes (an owner's area), its n-th value belongs to the n-th code.
    """

    id: int
    number: str
    state: str
    version: int
    hash: str
    repeated: bool
    codes: tuple[str, ...]


class SteppedOrNot(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one of several moves."""

    id: int
    taken: Stepped | None = None
    type: str = ""
    detail: str = ""
    fields: dict[str, str] = {}


class Results(msgspec.Struct, frozen=True):
    """One result for each case asked for, in their order."""

    results: list[SteppedOrNot]


class ClockOut(msgspec.Struct, frozen=True):
    """A limit that runs: amount in its unit; while it stands still `due` is null and `paused` says since when."""

    limit: str
    amount: float
    unit: str
    start: datetime
    due: datetime | None
    paused: datetime | None
    extended: int
    warned: bool
    expired: bool


class OfferOut(msgspec.Struct, frozen=True):
    """A move that the caller may make now; guards may still refuse it."""

    verb: str
    to: str
    fields: tuple[FieldSpec, ...]


class Detail(msgspec.Struct, frozen=True):
    """All of one case; personal answers are masked, and read in clear only through its own request."""

    id: int
    number: str
    line: str
    kind: str
    state: str
    outcome: str
    ended: bool
    place: str
    generation: int
    lon: float | None
    lat: float | None
    crs: str
    title: str
    category: str
    urgency: str
    level: str
    channel: str
    confidential: int
    desk: str
    holder_id: int | None
    due: datetime | None
    supervised: bool
    opened: datetime
    closed: datetime | None
    version: int
    head: str
    reporters: int
    late: bool
    answers: dict[str, Any]
    masked: dict[str, str]
    clocks: list[ClockOut]
    steps: tuple[Step, ...]
    files: tuple[File, ...]
    related: tuple[Brief, ...]
    offers: list[OfferOut]


_FROM_ROW = tuple(
    name
    for name in Detail.__struct_fields__
    if name in Row.__struct_fields__ and name not in {"answers", "clocks"}
)


def clock_out(key: str, clock: Clock) -> ClockOut:
    """A clock as the contract has it."""
    return ClockOut(
        key, clock.amount.n, clock.unit.value, clock.start, clock.due, clock.paused, clock.extended, clock.warned,
        clock.expired,
    )  # fmt: skip


def offers_out(offers: tuple[Offer, ...]) -> list[OfferOut]:
    """Offers as the contract has them."""
    return [OfferOut(offer.verb, offer.to, offer.fields) for offer in offers]


def detail(view: CaseView) -> Detail:
    """A case as the contract has it: neither keys nor ciphertext."""
    row: Mapping[str, Any] = {name: getattr(view.row, name) for name in _FROM_ROW}
    return Detail(
        **row,
        late=view.late,
        answers=view.answers,
        masked=view.masked,
        clocks=[clock_out(key, clock) for key, clock in view.clocks.items()],
        steps=view.steps,
        files=view.files,
        related=view.related,
        offers=offers_out(view.offers),
    )


class Cases(msgspec.Struct, frozen=True):
    """A page of cases; `next` is the cursor of the following one, empty on the last."""

    rows: tuple[Brief, ...]
    next: str


class Events(msgspec.Struct, frozen=True):
    """What happened since a cursor, and the cursor to go on from."""

    events: tuple[Event, ...]
    next: int


class Digest(msgspec.Struct, frozen=True):
    """The SHA-256 under which an uploaded file is named in answers."""

    sha256: str


class Done(msgspec.Struct, frozen=True):
    """It was done; `id` of what it was done to."""

    id: int
