"""What is asked of a drawing session: what is drawn for, the commitments, the balls, the secrets."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gridtown.kernel.forms import CaseRef, Coded, Computed, Form, Ref, Sets, Unit
from gridtown.kernel.usual import Sentence

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Line = Annotated[str, Field(max_length=400)]
ROLL = (
    ("seat", ("certificate", "until", "specialities=speciality", "conflicts=@enterprise")),
    ("object", ("enterprise=@enterprise", "credit=credit")),
)


class Session(Form):
    """抽取场次: inspectors for these visits, or the objects of one item that is checked by sample.

    public_source names beforehand what nobody can choose: balls drawn before everybody, on the spot.
    """

    purpose: Literal["inspectors", "objects"]
    public_source: Annotated[str, Field(min_length=1, max_length=200)]
    visits: Annotated[
        tuple[Annotated[str, CaseRef("visit")], ...], CaseRef("visit"), Field(max_length=400)
    ] = ()
    absent: Annotated[
        tuple[Annotated[int, Ref("inspector")], ...], Ref("inspector"), Field(max_length=100)
    ] = ()
    absent_because: Annotated[str, Field(max_length=300)] = ""
    item: Annotated[int, Ref("item")] | None = None
    share: Annotated[int, Unit("percent"), Field(ge=1, le=100)] | None = None
    window_from: date | None = None
    window_until: date | None = None
    title: Annotated[str, Sets("title"), Computed()] = ""

    @model_validator(mode="after")
    def _whole(self) -> "Session":
        if self.purpose == "inspectors":
            if not self.visits or self.item is not None:
                raise ValueError("inspectors are drawn for visits")
            if self.absent and not self.absent_because:
                raise ValueError("why somebody is left off the roll is said")
        elif self.visits or self.item is None or self.share is None or not self._window():
            raise ValueError("objects are drawn for an item, a share of them, within a window")
        return self

    def _window(self) -> bool:
        return bool(self.window_from and self.window_until and self.window_from <= self.window_until)


class Frozen(Form):
    """The roll as it stands now, with its hash: from here on nobody comes on it or off it."""

    roll: Annotated[tuple[Line, ...], Coded(ROLL), Computed()] = ()
    roll_hash: Annotated[str, Computed()] = ""
    size: Annotated[int, Computed()] = 0


class Commit(Form):
    """The SHA-256 of one's secret; the secret itself stays with whoever has it."""

    commitment: Digest


class Public(Form):
    """What the balls said, as it was read out."""

    public: Annotated[str, Field(min_length=1, max_length=200)]


class Reveal(Form):
    """The secret: 64 hexadecimal digits."""

    secret: Digest


class Result(Form):
    """What follows from all that is known now; of objects, those drawn. kept_back: secrets that were not opened."""

    seed: Annotated[str, Computed()] = ""
    rules: Annotated[str, Computed()] = ""
    kept_back: Annotated[int, Computed()] = 0
    objects: Annotated[tuple[Annotated[int, Ref("enterprise")], ...], Ref("enterprise"), Computed()] = ()


class ResultWithout(Result):
    """The same where a secret was kept back, with the reason why nobody waited longer."""

    reason: Sentence
