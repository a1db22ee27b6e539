"""One pose watched: the reference it is held against, its own history, and the smoke that lasts.

A threshold does not travel from camera to camera; a cell's own history does. Each score is asked to be above what the
same cell showed lately, and above what it showed at this time of day during the last week: that takes glare and haze
away that come back daily. Smoke is told when it is seen in two of three frames at the same foot.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np

from gridtown.lines.lookout import faults
from gridtown.lines.lookout.detect import ACROSS, DOWN, Detector, Found, Frame, Grid, RuleDetector, shrunk
from gridtown.lines.lookout.intake import Second
from gridtown.lines.lookout.second import SecondLook
from gridtown.lines.lookout.tracks import Box

State = Literal["ok", "frozen", "dark", "corrupt", "infrared", "moved"]

REFERENCE = (3, 15)  # frames before: the newest are left out, for smoke is in them already
FEWEST = 5  # frames that make a reference
RECENT, LAG = 30, 4  # frames of a cell's own history, without the newest
LATELY = timedelta(hours=2)
WEEK, TODAY = timedelta(days=7.5), timedelta(hours=12)
ABOVE = 0.15  # by how much a score has to be above its cell's recent history
WIDEST = 0.4  # share of the picture; wider is a cloud


@dataclass(frozen=True, slots=True)
class Look:
    """What came of one frame: its fault or `ok`, and the smoke that lasts; `reading` is what a device sends of it."""

    at: datetime
    state: State
    found: tuple[Found, ...] = ()
    second: Second = "none"
    model: str = ""

    def reading(self, camera: str, pose: str) -> dict[str, Any]:
        """The answers of the signal `reading`."""
        said: dict[str, Any] = {
            "camera": camera, "pose": pose, "seen_at": self.at.isoformat(), "state": self.state, "second": self.second,
        }  # fmt: skip
        if self.model:
            said["model"] = self.model
        return said | {"boxes": [[*one.box, one.score] for one in self.found]}


@dataclass
class Daily:
    """The highest score of each cell in each hour of the last days."""

    hours: dict[datetime, Grid] = field(default_factory=dict)

    def note(self, at: datetime, painted: Grid) -> None:
        """Keep a frame's scores, and forget what is too old."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        kept = self.hours.get(hour)
        self.hours[hour] = painted.copy() if kept is None else np.maximum(kept, painted)
        for old in [one for one in self.hours if at - one > WEEK + timedelta(hours=1)]:
            del self.hours[old]

    def usual(self, at: datetime) -> Grid:
        """What each cell showed at most around this time of day, on the days before."""
        most: Grid = np.zeros((DOWN, ACROSS))
        for hour, kept in self.hours.items():
            middle = hour + timedelta(minutes=30)
            off = abs((at - middle).total_seconds()) % 86400.0
            if TODAY <= at - middle <= WEEK and min(off, 86400.0 - off) <= 5400.0:
                most = np.maximum(most, kept)
        return most


@dataclass
class Watch:
    """The watch of one pose: frames in their order, one every half minute to a minute.

    detector: what finds smoke; when it fails the built-in rule looks in its place, and the model's name says so.
    """

    detector: Detector = field(default_factory=RuleDetector)
    second: SecondLook = field(default_factory=SecondLook)
    frames: deque[Frame] = field(default_factory=lambda: deque(maxlen=REFERENCE[1] + 1), init=False)
    recent: deque[tuple[datetime, Grid]] = field(
        default_factory=lambda: deque(maxlen=RECENT + LAG), init=False
    )
    daily: Daily = field(default_factory=Daily, init=False)
    lately: deque[list[Found]] = field(default_factory=lambda: deque(maxlen=3), init=False)

    def look(self, picture: Frame, at: datetime, *, now: datetime | None = None) -> Look:
        """What this frame shows. now: when it is looked at, if later than it was taken."""
        frame = shrunk(picture)
        reference = self._reference()
        wrong = faults.fault(frame, list(self.frames), reference)
        if wrong:
            self._lay_aside(frame, wrong)
            return Look(at, wrong)
        self.frames.append(frame)
        if reference is None:
            return Look(at, "ok")
        boxes, model = self._detected(frame, reference)
        boxes = [one for one in boxes if one.box[2] - one.box[0] <= WIDEST]
        unusual = self._unusual(boxes, at)
        lasting = [one for one in unusual if self._lasts(one)]
        self.lately.append(unusual)
        kept, why = self.second.look(frame, lasting, seen_at=at, now=now or at)
        return Look(at, "ok", tuple(kept), why, model)

    def _lay_aside(self, frame: Frame, wrong: str) -> None:
        """A moved view begins anew; other faults leave what was known as it is."""
        if wrong == "moved":
            self.frames.clear()
            self.recent.clear()
            self.lately.clear()
        if wrong in ("frozen", "moved"):
            self.frames.append(frame)

    def _reference(self) -> Frame | None:
        """The median of the frames from the fifteenth to the third before, as soon as there are a few."""
        known = list(self.frames)[-REFERENCE[1] : -REFERENCE[0] + 1]
        if len(known) < FEWEST:
            return None
        known = known[::2]  # every other one does as well, in half the time
        middle = len(known) // 2
        found: Frame = np.partition(np.stack(known), middle, axis=0)[middle]
        return found

    def _detected(self, frame: Frame, reference: Frame) -> tuple[list[Found], str]:
        try:
            found = list(self.detector.detect(frame, reference))
        except Exception:
            built_in = RuleDetector()
            model = f"{built_in.name} {built_in.version} ({self.detector.name} failed)"
            return built_in.detect(frame, reference), model
        return found, f"{self.detector.name} {self.detector.version}"

    def _unusual(self, boxes: Sequence[Found], at: datetime) -> list[Found]:
        """The boxes that stand out from their cells' own history, by so much less sure as that was high."""
        painted = _painted(boxes)
        earlier = [kept for then, kept in list(self.recent)[:-LAG] if at - then <= LATELY]
        recently = (
            np.quantile(np.stack(earlier), 0.9, axis=0)
            if len(earlier) >= FEWEST
            else np.zeros((DOWN, ACROSS))
        )
        usual = self.daily.usual(at)
        self.recent.append((at, painted))
        self.daily.note(at, painted)
        kept = []
        for one in boxes:
            rows, columns = _cells(one.box)
            lately, daily = float(recently[rows, columns].max()), float(usual[rows, columns].max())
            glare = daily > 0.0 and not (one.score > (daily + 1.0) / 2.0 and one.score >= daily + 0.2)
            if one.score - lately >= ABOVE and not glare:
                kept.append(one)
        return kept

    def _lasts(self, one: Found) -> bool:
        """Whether one of the two frames before showed smoke at the same foot, within a cell in each direction."""
        return any(_same_foot(one.box, other.box) for before in list(self.lately)[-2:] for other in before)


def _painted(boxes: Sequence[Found]) -> Grid:
    """The highest score over each cell."""
    cells: Grid = np.zeros((DOWN, ACROSS))
    for one in boxes:
        rows, columns = _cells(one.box)
        cells[rows, columns] = np.maximum(cells[rows, columns], one.score)
    return cells


def _cells(box: Box) -> tuple[slice, slice]:
    left, top, right, bottom = box
    rows = slice(int(top * DOWN), max(int(np.ceil(bottom * DOWN)), int(top * DOWN) + 1))
    return rows, slice(int(left * ACROSS), max(int(np.ceil(right * ACROSS)), int(left * ACROSS) + 1))


def _same_foot(a: Box, b: Box) -> bool:
    """Whether two boxes stand on the same ground: the lower edge stays, and so does a side.

    A plume that leans with the wind keeps the side it comes from; a shadow or a cloud takes both along.
    """
    down = abs(a[3] - b[3]) * DOWN <= 1.5
    sides = (a[0] - b[0], a[2] - b[2], (a[0] + a[2] - b[0] - b[2]) / 2.0)
    return down and min(abs(side) for side in sides) * ACROSS <= 1.0
