"""What the line keeps up to date: what looks, what may smoke, when fire is banned, the weather, who can be sent."""

from typing import Any

from gridtown.kernel.line import Duty, Register
from gridtown.kernel.told import Doing, Refused
from gridtown.lines.lookout import aim, books, danger

KEEPERS = ("admin", "supervisor", "watcher")


def calibrated(doing: Doing) -> dict[str, Any]:
    """The pose as its landmarks say that it stands; nothing where there are too few of them to say."""
    camera, lines = doing.record("camera"), doing.answers.get("landmarks", ())
    if camera is None or not lines:
        return {}
    lon, lat, height = (float(camera.answers[name]) for name in ("lon", "lat", "height"))
    ordered = aim.aim_of(
        {name: value for name, value in doing.answers.items() if not name.startswith("fit_")}
    )
    try:
        marks = [aim.landmark(line, lon, lat, height) for line in lines]
    except aim.Unreadable:
        raise Refused("form_invalid", fields={"landmarks": "mistake.value_error"}) from None
    found = aim.fit(ordered, marks)
    if found is None:
        return {}
    fitted, off = found
    return {
        "fit_azimuth": round(fitted.azimuth, 3), "fit_pitch": round(fitted.pitch, 3), "fit_roll": round(fitted.roll, 3),
        "fit_fov": round(fitted.fov_h, 3), "fit_sigma": round(fitted.sigma, 3),
        "residuals": tuple(f"{turn:+.2f}°" for turn in off),
    }  # fmt: skip


CHECKS = Duty(
    "landmarks",
    every="quarter",
    owed_by="watcher",
    opens="check",
    basis="design: direction and opening angle of cameras drift and are wrong on data sheets (51.4° for 54.2°)",
)

REGISTERS = (
    Register("tower", form=books.Tower, kept_by=KEEPERS),
    Register("camera", form=books.Camera, kept_by=KEEPERS),
    Register("pose", form=books.Pose, kept_by=KEEPERS, duties=(CHECKS,), derive=calibrated),
    Register("mask", form=books.Mask, kept_by=KEEPERS),
    Register("burner", form=books.Burner, kept_by=KEEPERS),
    Register("permit", form=books.Permit, kept_by=(*KEEPERS, "receiver")),
    Register("ban", form=books.Ban, kept_by=KEEPERS),
    Register("weather", form=books.Weather, named_by="day", kept_by=KEEPERS, derive=danger.derive),
    Register("crew", form=books.Crew, kept_by=KEEPERS),
)
