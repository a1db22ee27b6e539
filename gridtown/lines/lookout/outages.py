"""When a camera does not see: one case for each camera and pose, from the first bad reading to the first good one."""

from collections.abc import Iterator
from typing import Any

from gridtown.kernel.told import Kept
from gridtown.kernel.tool import Add, Asked, Open, Seen
from gridtown.lines.lookout.plane import wrap


def turned(asked: Asked, pose: Kept) -> float | None:
    """By how many degrees the mount says that it points elsewhere than ordered; None where it is within its error."""
    told = asked.answers.get("azimuth")
    if told is None:
        return None
    off = wrap(float(told) - float(pose.answers["azimuth"]))
    allowed = max(float(asked.settings["turned_degrees"]), 3.0 * float(pose.answers.get("sigma", 1.0)))
    return off if abs(off) > allowed else None


def of_reading(asked: Asked, camera: Kept, pose: Kept) -> Iterator[Open | Add]:
    """What a reading says of the camera itself: a fault that begins, one that is over, or nothing new.

    Infrared pictures are not judged. That is said, as an outage, for silence at night would look like no smoke.
    """
    off, state = turned(asked, pose), str(asked.answers.get("state", "ok"))
    fault = state if state != "ok" else "misaligned" if off is not None else ""
    running = [
        seen for seen in asked.cases.get("outage", ()) if not seen.ended and _is_of(seen, camera, pose)
    ]
    unsaid = asked.answers.get("azimuth") is None  # then nothing is known of where the mount points
    for seen in running:
        if seen.answers["fault"] != fault and not (seen.answers["fault"] == "misaligned" and unsaid):
            yield Add(seen.number, "recover", {"seen_at": asked.answers["seen_at"]})
    if fault and not any(seen.answers["fault"] == fault for seen in running):
        said: dict[str, Any] = {"camera": camera.id, "pose": pose.id, "fault": fault, "title": pose.name}
        yield Open("outage", said | ({"error": round(off, 2)} if off is not None else {}), place=camera.place)


def _is_of(seen: Seen, camera: Kept, pose: Kept) -> bool:
    return seen.answers["camera"] == camera.id and seen.answers.get("pose", pose.id) == pose.id
