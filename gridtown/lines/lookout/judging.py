"""How good a detector is on labelled sequences: what it alarmed for, what it missed, how long it took, by event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from gridtown.lines.lookout.detect import Found
from gridtown.lines.lookout.tracks import Box
from gridtown.lines.lookout.watch import Look

GAP = timedelta(minutes=10)  # after which smoke at the same place is another alarm
NEAR = 0.05  # of the picture: by so much a label's box may be missed


@dataclass(frozen=True, slots=True)
class Label:
    """Smoke that is known: of which camera, from when to when, and where in the picture if somebody drew it."""

    camera: str
    begins: datetime
    ends: datetime
    box: Box | None = None

    def is_of(self, one: "Alarm") -> bool:
        """Whether an alarm is of this smoke."""
        in_time = one.camera == self.camera and self.begins <= one.begins <= self.ends
        return in_time and (self.box is None or any(_touch(found.box, self.box) for found in one.found))


@dataclass
class Alarm:
    """Smoke that was told: since when, and every box of it."""

    camera: str
    begins: datetime
    last: datetime
    found: list[Found] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one camera or of all. Shares are None where nothing is known to divide by; delay in seconds, the middle one.

    right: alarms of labelled smoke. found: labelled smokes that had an alarm. hours: time watched.
    """

    alarms: int
    right: int
    events: int
    found: int
    delays: tuple[float, ...]
    frames: int
    unjudged: int
    hours: float

    @property
    def precision(self) -> float | None:
        """The share of alarms that were of labelled smoke."""
        return self.right / self.alarms if self.alarms else None

    @property
    def recall(self) -> float | None:
        """The share of labelled smokes that had an alarm."""
        return self.found / self.events if self.events else None

    @property
    def delay(self) -> float | None:
        """From the label's beginning to the first alarm of it, the middle one of those found."""
        return median(self.delays) if self.delays else None

    @property
    def false_per_hour(self) -> float | None:
        """False alarms for each hour watched."""
        return (self.alarms - self.right) / self.hours if self.hours else None


def alarms(camera: str, looks: Iterable[Look]) -> list[Alarm]:
    """The alarms of a sequence: boxes that touch, one after the other without a long gap, are one."""
    told: list[Alarm] = []
    for look in looks:
        for found in look.found:
            known = next((one for one in told if look.at - one.last <= GAP and _of(one, found)), None)
            if known is None:
                told.append(Alarm(camera, look.at, look.at, [found]))
            else:
                known.last = look.at
                known.found.append(found)
    return told


def judge(camera: str, looks: Sequence[Look], labels: Iterable[Label]) -> Figures:
    """One camera's figures."""
    told, known = alarms(camera, looks), [label for label in labels if label.camera == camera]
    right = sum(any(label.is_of(one) for label in known) for one in told)
    firsts = [min((one.begins for one in told if label.is_of(one)), default=None) for label in known]
    delays = [
        (at - label.begins).total_seconds() for at, label in zip(firsts, known, strict=True) if at is not None
    ]
    hours = (looks[-1].at - looks[0].at).total_seconds() / 3600.0 if looks else 0.0
    unjudged = sum(look.state != "ok" for look in looks)
    return Figures(len(told), right, len(known), len(delays), tuple(delays), len(looks), unjudged, hours)


def together(many: Iterable[Figures]) -> Figures:
    """Several cameras' figures as one: parts are added, never shares."""
    all_of = list(many)
    return Figures(
        sum(one.alarms for one in all_of), sum(one.right for one in all_of), sum(one.events for one in all_of),
        sum(one.found for one in all_of), tuple(delay for one in all_of for delay in one.delays),
        sum(one.frames for one in all_of), sum(one.unjudged for one in all_of), sum(one.hours for one in all_of),
    )  # fmt: skip


def _of(one: Alarm, found: Found) -> bool:
    """Whether a box touches what the alarm began with: held against the first boxes, so that it does not wander."""
    return any(_touch(found.box, known.box) for known in one.found[:5])


def _touch(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) >= -NEAR and min(a[3], b[3]) - max(a[1], b[1]) >= -NEAR
