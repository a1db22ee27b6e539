"""谁最近: which crews on duty can be at an alarm first; the watcher sends one of them."""

from collections.abc import Iterator
from typing import Annotated, Any

from gridtown.kernel.forms import CaseRef, Form
from gridtown.kernel.told import Kept
from gridtown.kernel.tool import Add, Asked, Proposal, Reads, Seen, Tool, Why
from gridtown.lines.lookout.plane import apart


class WhoIsNearest(Form):
    """The alarm that somebody has to go to."""

    alarm: Annotated[str, CaseRef("alarm")]


def run(asked: Asked) -> Iterator[Proposal]:
    """The crews that may and can go, by their arrival; then those that cannot, and why."""
    alarm = next((s for s in asked.cases["alarm"] if s.number == asked.answers["alarm"]), None)
    if alarm is None or alarm.lon is None or alarm.lat is None:
        yield Proposal({}, (Why("no_place" if alarm else "no_such_alarm"),))
        return
    busy = {str(s.moved["dispatch"]["to"]): s.number for s in asked.cases["alarm"]
            if s.state in ("dispatched", "on_way", "arrived", "fighting") and "dispatch" in s.moved}  # fmt: skip
    able: list[tuple[float, int, dict[str, Any], Why | None]] = []
    unable: list[tuple[float, int, dict[str, Any], Why | None]] = []
    for crew in asked.records["crew"]:
        metres, minutes = _way(crew, alarm, float(asked.settings["detour"]))
        what = {
            "crew": crew.id, "to": crew.answers["post"], "distance": round(metres / 1000.0, 1),
            "minutes": round(minutes, 1),
        }  # fmt: skip
        bar = _bar(crew, alarm, asked, busy)
        (unable if bar else able).append((minutes, crew.id, what, bar))
    sendable = alarm.state == "verified"
    for minutes, crew_id, what, _ in sorted(able, key=lambda row: row[:2])[: int(asked.settings["nearest"])]:
        why = Why("arrives", {"minutes": f"{minutes:.0f}", "detour": asked.settings["detour"]})
        send = (Add(alarm.number, "dispatch", {"to": what["to"], "crew": crew_id}),) if sendable else ()
        yield Proposal(what, (why,) if sendable else (why, Why("verify_first")), send)
    for _, _, what, bar in sorted(unable, key=lambda row: row[:2]):
        yield Proposal(what, (bar,) if bar else ())


def _way(crew: Kept, alarm: Seen, detour: float) -> tuple[float, float]:
    """Metres by road as estimated, and minutes: recomputed at dispatch, never from a stored table."""
    here = (float(crew.answers["lon"]), float(crew.answers["lat"]))
    metres = apart(here, (float(alarm.lon or 0.0), float(alarm.lat or 0.0))) * detour
    return metres, metres / 1000.0 / float(crew.answers.get("speed", 30.0)) * 60.0


def _bar(crew: Kept, alarm: Seen, asked: Asked, busy: dict[str, str]) -> Why | None:
    """Why a crew cannot be sent."""
    forest = bool(asked.tables["burning"].get(alarm.category, {}).get("forest"))
    hour = asked.now.astimezone(asked.calendar.zone).hour
    begins, ends = int(crew.answers.get("from_hour", 0)), int(crew.answers.get("to_hour", 24))
    on_duty = begins <= hour < ends if begins <= ends else hour >= begins or hour < ends
    said: Any = None
    if not on_duty:
        said = Why("off_duty", {"begins": begins, "ends": ends})
    elif forest and not crew.answers.get("fit"):
        said = Why("unfit")
    elif forest and not crew.answers.get("forest"):
        said = Why("untrained")
    elif (number := busy.get(str(crew.answers["post"]))) and number != alarm.number:
        said = Why("busy", {"number": number})
    return said


NEAREST = Tool(
    "nearest",
    ask=WhoIsNearest,
    run=run,
    roles=("watcher", "duty_officer", "dispatcher"),
    reads=Reads(registers=("crew",), kinds=("alarm",)),
    shows=("crew", "to", "distance", "minutes"),
    reasons=(
        "arrives",
        "verify_first",
        "no_place",
        "no_such_alarm",
        "off_duty",
        "unfit",
        "untrained",
        "busy",
    ),
    basis="design: straight line times a detour factor over a crew's speed, an estimate and no route",
)
