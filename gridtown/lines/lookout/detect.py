"""Smoke in a picture: what a detector is, and the one that is built in, a rule that needs no training.

A detector is a plug-in: `detect(frame, reference)` answers boxes with scores. The built-in rule compares a frame with
what the same pose looked like a few minutes ago: smoke takes edges and colour away, is lighter than the ground and
darker than the sky, and stands on something. It proposes; people confirm. It looks for smoke only, never for people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gridtown.lines.lookout.tracks import Box

Frame = NDArray[np.uint8]  # height × width × 3, red first
Plain = NDArray[np.float32]
Grid = NDArray[np.float64]
Cells = NDArray[np.bool_]

WIDTH, HEIGHT, BLOCK = 320, 240, 8
ACROSS, DOWN = WIDTH // BLOCK, HEIGHT // BLOCK


@dataclass(frozen=True, slots=True)
class Found:
    """Smoke in a picture: edges in 0…1 from the upper left corner, and how sure, 0…1."""

    box: Box
    score: float


class Detector(Protocol):
    """What finds smoke; `name` and `version` are stored with every score."""

    name: str
    version: str

    def detect(self, frame: Frame, reference: Frame) -> Sequence[Found]:
        """The smoke in a frame, against the same pose's picture of some minutes before; both 320 × 240."""
        ...  # pragma: no cover


def shrunk(frame: Frame) -> Frame:
    """A picture of any size at the size that is looked at; each pixel the mean of those it stands for."""
    high, wide = frame.shape[:2]
    if (high, wide) == (HEIGHT, WIDTH):
        return frame
    if high % HEIGHT == 0 and wide % WIDTH == 0:
        parts = frame.reshape(HEIGHT, high // HEIGHT, WIDTH, wide // WIDTH, 3)
        means: Frame = parts.mean(axis=(1, 3)).astype(np.uint8)
        return means
    rows, columns = np.arange(HEIGHT) * high // HEIGHT, np.arange(WIDTH) * wide // WIDTH
    return frame[rows[:, None], columns[None, :]]


def grey(frame: Frame) -> Plain:
    """How light each pixel is, 0…255."""
    light: Plain = frame.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return light


def blocks(values: Plain) -> Grid:
    """The mean of each block."""
    means: Grid = values.reshape(DOWN, values.shape[0] // DOWN, ACROSS, values.shape[1] // ACROSS).mean(
        axis=(1, 3), dtype=np.float64
    )
    return means


def edges(light: Plain) -> Grid:
    """How much each block is structured: mean step between neighbours, after a little smoothing against noise."""
    calm = light.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean(axis=(1, 3))
    across = np.abs(np.diff(calm, axis=1, append=calm[:, -1:]))
    down = np.abs(np.diff(calm, axis=0, append=calm[-1:, :]))
    return blocks(across + down)


def sky(light: Grid) -> Cells:
    """The blocks that are sky: in each column those above the row that best parts light from dark, as neighbours do."""
    rows = np.arange(1, DOWN)[:, None]
    over = np.cumsum(light, axis=0)[:-1]
    under = light.sum(axis=0) - over
    step = (over / rows - under / (DOWN - rows)) * np.sqrt(rows * (DOWN - rows))
    horizon = np.argmax(step, axis=0) + 1
    padded = np.pad(horizon, 2, mode="edge")
    level = np.median(np.stack([padded[n : n + ACROSS] for n in range(5)]), axis=0)
    above: Cells = np.arange(DOWN)[:, None] < level[None, :]
    return above


class RuleDetector:
    """The built-in rule; its weights were set on synthetic plumes (README.md) and on no town's cameras."""

    name = "rule"
    version = "1"

    def __init__(self, *, least: float = 0.6, smallest: int = 2) -> None:
        """least: the score from which a block counts. smallest: so many blocks make a box."""
        self.least = least
        self.smallest = smallest

    def detect(self, frame: Frame, reference: Frame) -> list[Found]:
        """Boxes around blocks that look like smoke and hang together, where they stand on the ground; surest first."""
        score, above = self.scores(frame, reference)
        found = []
        for cells in components(score >= self.least):
            ground = cells & ~above
            if ground.sum() < self.smallest:
                continue  # clouds float, plumes stand on something
            rows, columns = np.nonzero(cells)
            box = (
                float(columns.min()) / ACROSS, float(rows.min()) / DOWN,
                float(columns.max() + 1) / ACROSS, float(rows.max() + 1) / DOWN,
            )  # fmt: skip
            best = np.sort(score[ground])[::-1][:4]
            found.append(Found(box, round(float(best.mean()), 4)))
        return sorted(found, key=lambda one: (-one.score, one.box))

    def scores(self, frame: Frame, reference: Frame) -> tuple[Grid, Cells]:
        """For each block how much it looks like smoke, 0…1, and whether it is sky in the reference."""
        now, then = grey(frame), grey(reference)
        then = then * np.float32(np.median(now) / max(float(np.median(then)), 1.0))
        light, before = blocks(now), blocks(then)
        above = sky(before)
        changed = light - before
        noise = 1.4826 * float(np.median(np.abs(changed - np.median(changed)))) + 1.0
        lost_colour = blocks(_colour(reference)) - blocks(_colour(frame))
        had, has = edges(then), edges(now)
        has = np.maximum(has - np.median(has - had), 0.0)  # a median picture has less noise than a single one
        contrast, was = has / (light + 20.0), had / (before + 20.0)
        lost = (was - contrast) / (was + 0.01)
        lost = lost - np.median(lost[~above])  # haze takes it from all blocks alike
        over_ground = 0.6 * (np.clip(changed / noise, -4, 5) - 3.0) + 8.0 * (np.clip(lost, -1, 1) - 0.3)
        over_ground += 0.04 * np.clip(lost_colour, -20, 20)
        in_sky = 0.9 * (np.clip(-changed / noise, -4, 7) - 3.0)
        score: Grid = 1.0 / (1.0 + np.exp(-np.where(above, in_sky, over_ground)))
        return score, above


def _colour(frame: Frame) -> Plain:
    spread: Plain = frame.max(axis=2).astype(np.float32) - frame.min(axis=2).astype(np.float32)
    return spread


def components(cells: Cells) -> Iterator[Cells]:
    """Cells that hang together, corners included; from the upper left on."""
    left = cells.copy()
    while left.any():
        first = np.unravel_index(int(np.argmax(left)), left.shape)
        one = np.zeros_like(left)
        one[first] = True
        while True:
            grown = _grown(one) & left
            if grown.sum() == one.sum():
                break
            one = grown
        left &= ~one
        yield one


def _grown(cells: Cells) -> Cells:
    """The cells with all their neighbours."""
    padded = np.pad(cells, 1)
    high, wide = cells.shape
    return np.logical_or.reduce([padded[i : i + high, j : j + wide] for i in range(3) for j in range(3)])
