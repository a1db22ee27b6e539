"""What is wrong with a picture before anybody looks for smoke in it."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from gridtown.lines.lookout.detect import BLOCK, Frame, grey

Fault = Literal["", "frozen", "dark", "corrupt", "infrared", "moved"]

STILL = 3  # frames without the least change: a sensor always has some noise
MOST_SHIFT = 8  # pixels of 320 by which a view may seem to have moved


def fault(frame: Frame, before: Sequence[Frame], reference: Frame | None) -> Fault:
    """The fault of a frame, or none. before: the frames before it, the newest last."""
    if float(grey(frame).mean()) < 8.0:
        return "dark"
    if len(before) >= STILL and all(np.array_equal(frame, one) for one in before[-STILL:]):
        return "frozen"
    if _is_grey(frame):
        return "infrared"
    if _torn(frame) > 0.2:
        return "corrupt"
    if reference is not None and max(map(abs, shift(frame, reference))) > MOST_SHIFT:
        return "moved"
    return ""


def _is_grey(frame: Frame) -> bool:
    """Whether there is no colour at all, as of a camera that lights its own night."""
    spread = frame.max(axis=2).astype(np.int16) - frame.min(axis=2)
    return float((spread <= 2).mean()) > 0.99


def _torn(frame: Frame) -> float:
    """The share of blocks that are of one value throughout: what a broken transmission leaves."""
    high, wide = frame.shape[0] // BLOCK, frame.shape[1] // BLOCK
    parts = frame[: high * BLOCK, : wide * BLOCK].reshape(high, BLOCK, wide, BLOCK, 3)
    flat = (parts.max(axis=(1, 3)) == parts.min(axis=(1, 3))).all(axis=2)
    clipped = (parts.max(axis=(1, 3)) >= 250).all(axis=2)  # a white sky is no fault
    return float((flat & ~clipped).mean())


def shift(frame: Frame, reference: Frame) -> tuple[int, int]:
    """By how many pixels, right and down, a view has moved against its reference (phase correlation of the edges)."""
    one, two = (_structure(grey(picture)) for picture in (frame, reference))
    cross = np.fft.rfft2(one) * np.conj(np.fft.rfft2(two))
    peak = np.fft.irfft2(cross / np.maximum(np.abs(cross), 1e-9), one.shape)
    down, right = np.unravel_index(int(np.argmax(peak)), peak.shape)
    high, wide = one.shape
    return (int(right + wide // 2) % wide - wide // 2, int(down + high // 2) % high - high // 2)


def _structure(light: np.ndarray) -> np.ndarray:
    steps = np.abs(np.diff(light, axis=1, prepend=light[:, :1])) + np.abs(
        np.diff(light, axis=0, prepend=light[:1])
    )
    window = np.outer(np.hanning(light.shape[0]), np.hanning(light.shape[1]))
    return (steps - steps.mean()) * window
