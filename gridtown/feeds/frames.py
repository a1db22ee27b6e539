"""Folders of camera frames with labels: how good the town's detector is on sequences that somebody has looked at.

The folder holds pictures (png, jpg), or a folder of them for each camera. A picture's time is read from its name
(20261020T120000, 2026-10-20_12-00-00, or seconds since 1970), else it follows from its place in the order of names.
Labels are a table `labels.csv` or a list `labels.json` with camera, begins, ends and, where drawn, left, top, right,
bottom in 0…1; begins and ends are times, or names of pictures.
"""

import csv
import importlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from gridtown.lines.lookout.detect import HEIGHT, WIDTH, Detector, Frame
from gridtown.lines.lookout.judging import Label
from gridtown.lines.lookout.tracks import Box
from gridtown.lines.lookout.watch import Look, Watch

PICTURES = (".png", ".jpg", ".jpeg")
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_STAMP = re.compile(r"(20\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)(?!\d)")
_EPOCH = re.compile(r"(?<!\d)(1\d{9})(?!\d)")


class Unusable(Exception):
    """The folder, its labels or the detector cannot be used; `key` names the reason, `params` fill its sentence."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame on disk and when it was taken."""

    path: Path
    at: datetime


def cameras(folder: Path, *, every: float, zone: tzinfo) -> dict[str, list[Picture]]:
    """Each camera's pictures in the order of time; Unusable where there are none."""
    inside = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    found = {path.name: _pictures(path, every, zone) for path in inside}
    own = _pictures(folder, every, zone) if folder.is_dir() else []
    found = {camera: pictures for camera, pictures in found.items() if pictures} | ({"": own} if own else {})
    if not found:
        raise Unusable("no_frames", path=folder)
    return found


def _pictures(folder: Path, every: float, zone: tzinfo) -> list[Picture]:
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    times = [_moment(path.stem, zone) for path in paths]
    if any(at is None for at in times) or len(set(times)) < len(times):
        times = [_BEGINNING + timedelta(seconds=every * n) for n in range(len(paths))]
    pairs = [(at, path) for at, path in zip(times, paths, strict=True) if at is not None]
    return [Picture(path, at) for at, path in sorted(pairs)]


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """The time that a name or a cell tells, in the town's zone where it names none."""
    if found := _STAMP.search(text):
        try:
            return datetime(*(int(part) for part in found.groups()), tzinfo=zone)  # type: ignore[misc, arg-type]
        except ValueError:
            return None
    if found := _EPOCH.search(text):
        return datetime.fromtimestamp(int(found[1]), UTC)
    return None


def labels(path: Path, pictures: Mapping[str, Sequence[Picture]], zone: tzinfo) -> list[Label]:
    """The labelled smokes; Unusable naming the row that cannot be read."""
    if not path.exists():
        raise Unusable("no_file", path=path)
    text = path.read_text("utf-8-sig")
    rows = json.loads(text) if path.suffix == ".json" else list(csv.DictReader(text.splitlines()))
    return [_label(row, n, pictures, zone) for n, row in enumerate(rows, 1)]


def _label(row: Mapping[str, Any], n: int, pictures: Mapping[str, Sequence[Picture]], zone: tzinfo) -> Label:
    camera = str(row.get("camera") or "")
    begins, ends = (
        _when(str(row.get(end) or ""), pictures.get(camera, ()), zone) for end in ("begins", "ends")
    )
    if begins is None or ends is None or camera not in pictures:
        raise Unusable("bad_label", row=n)
    edges = [row.get(edge) for edge in ("left", "top", "right", "bottom")]
    try:
        box = _box(edges) if all(edge not in (None, "") for edge in edges) else None
    except ValueError:
        raise Unusable("bad_label", row=n) from None
    return Label(camera, begins, ends, box)


def _box(edges: Sequence[Any]) -> Box:
    left, top, right, bottom = (float(edge) for edge in edges)
    return left, top, right, bottom


def _when(text: str, pictures: Sequence[Picture], zone: tzinfo) -> datetime | None:
    """A label's time: that of the picture of this name, else what the text itself says."""
    stem = Path(text).stem
    named = next((one.at for one in pictures if one.path.stem == stem or one.path.name == text), None)
    return named or _moment(text, zone)


def frame(path: Path) -> Frame:
    """A picture at the size that is looked at; Unusable where it is none."""
    try:
        with Image.open(path) as opened:
            small = opened.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    except (UnidentifiedImageError, OSError, ValueError):
        raise Unusable("no_picture", path=path) from None
    return np.asarray(small, dtype=np.uint8)


def detector(name: str) -> Detector:
    """The detector that a town has set, `module:Class`; Unusable where there is none of that name."""
    module, _, attribute = name.partition(":")
    try:
        made: Detector = getattr(importlib.import_module(module), attribute)()
    except (ImportError, AttributeError, TypeError, ValueError):
        raise Unusable("no_detector", name=name) from None
    return made


def looks(pictures: Sequence[Picture], uses: Detector) -> Iterator[Look]:
    """What a watch of this camera tells, frame by frame."""
    watch = Watch(uses)
    for one in pictures:
        yield watch.look(frame(one.path), one.at)
