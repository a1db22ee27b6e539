"""高空瞭望、秸秆禁烧、森防预警: smoke that somebody or something saw, until it is out or was none."""

from datetime import date

from gridtown.kernel.document import Document
from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.kernel.signal import Signal
from gridtown.lines.lookout import burning, decide, intake, sectors, signals
from gridtown.lines.lookout.indicators import INDICATORS
from gridtown.lines.lookout.procedure import ALARM, MUTED
from gridtown.lines.lookout.registers import REGISTERS
from gridtown.lines.lookout.tools import TOOLS
from gridtown.lines.lookout.upkeep import CHECK, OUTAGE

SINCE = date(2026, 11, 1)
PEOPLE = (
    "reporter", "receiver", "watcher", "crew", "patroller", "handler", "dispatcher", "supervisor", "duty_officer",
    "leader",
)  # fmt: skip


def _amount(key: str, default: float, why: str, unit: str = "") -> Setting:
    return Setting(key, default, why, SINCE, unit)


SETTINGS = (
    _amount("same_degrees", 2.0, "domain: the same bearing within 2° and ten minutes is one alarm", "deg"),
    _amount("same_minutes", 10.0, "domain: the same bearing within 2° and ten minutes is one alarm", "min"),
    _amount("pair_minutes", 10.0, "design: two towers see a plume within their turns of each other", "min"),
    _amount("place_minutes", 30.0, "design: what is seen again at its place within half an hour is the same", "min"),
    _amount("min_angle", 10.0, "design: lines that cross at less than ten degrees say nothing of the distance", "deg"),
    _amount("mast_metres", 100.0, "design: cameras closer than that hang on one mast and cross no lines", "m"),
    _amount("range_metres", 2000.0, "design: by pitch alone a place is good to about two kilometres", "m"),
    _amount("person_metres", 300.0, "design: a finger on a map, or where whoever reports is standing", "m"),
    _amount("mute_metres", 300.0, "design: a place less sure than this mutes nothing", "m"),
    _amount("mask_overlap", 0.1, "design: the share of a box in a mask from which it counts as masked"),
    _amount("widest_box", 0.4, "design: a box wider than this share of the picture is a cloud"),
    _amount("min_score", 0.3, "design: the score from which a camera's box opens an alarm"),
    _amount("min_score_danger", 0.2, "design: the same on days of danger class 4 and 5"),
    _amount("turned_degrees", 2.0, "design: a mount that says it points elsewhere by more is out of alignment", "deg"),
    _amount("hush_minutes", 60.0, "design: for so long a rejected alarm takes in what goes on smoking", "min"),
    _amount("tell_minutes", 3.0, "design: smoke whose direction stands is noted now and then, not each minute", "min"),
    _amount("linger_minutes", 15.0, "design: smoke after the flames; later it burns again", "min"),
    _amount("guard_hours", 0.5, "design: guards stay after the flames; no rule fixes how long", "hours"),
    _amount("guard_hours_forest", 12.0, "design: guards stay after the flames; no rule fixes how long", "hours"),
    _amount("detour", 1.3, "design: road over straight line, where there is no street network"),
    _amount("nearest", 3, "design: the three next crews are shown"),
    Setting("detector", "gridtown.lines.lookout.detect:RuleDetector",
            "design: the rule method; a town may name its own plug-in as module:Class", SINCE, technical=True),
)  # fmt: skip

LINE = Line(
    owner="emergency_office",
    kinds=(
        Kind("alarm", intake=intake.Smoke, procedure=ALARM, number="LK{year}-{n:05}", raised_by=(*PEOPLE, "sensor"),
             drawn=sectors.drawn),
        Kind("muted", intake=intake.Muted, procedure=MUTED, number="LM{year}-{n:05}", raised_by=("sensor",),
             drawn=sectors.drawn),
        Kind("outage", intake=intake.Outage, procedure=OUTAGE, number="LO{year}-{n:05}", about="camera",
             raised_by=("sensor", "watcher", "supervisor")),
        Kind("check", intake=intake.Check, procedure=CHECK, number="LC{year}-{n:04}", about="pose",
             raised_by=("system", "supervisor")),
        Kind("burn", intake=burning.BurnAsked, procedure=burning.BURN, number="LB{year}-{n:04}",
             raised_by=burning.ASKERS),
    ),
    registers=REGISTERS,
    indicators=INDICATORS,
    tools=TOOLS,
    signals=(
        Signal("reading", form=signals.Reading, decide=decide.reading, by="sensor", reads=decide.READS),
        Signal("point", form=signals.Point, decide=decide.point, by="sensor", reads=decide.READS),
    ),
    documents=(
        Document("burn_permit", "burn", after=("grant",), basis="浙江省森林消防条例 16, 17"),
        Document("fire_report", "alarm", after=("size_up", "put_out"), basis="森林防火条例 31, 32"),
        Document("handed_over", "alarm", after=("refer",), basis="大气污染防治法 119; 浙江省大气污染防治条例 46"),
    ),
    staff=(
        Staff("watch", ("watcher",), seats=3),
        Staff("crew", ("crew",), level="village", seats=2),
        Staff("team", ("crew",), seats=2),
        Staff("devices", ("sensor",), clearance="internal"),
    ),
    settings=SETTINGS,
)  # fmt: skip
