"""双重预防、分片包干、区域消防: risks graded and looked at again by colour, hazards found and put right."""

from gridtown.kernel.document import Document
from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.lines.safety import check, forms, hazard, hazard_forms, rules, self_check
from gridtown.lines.safety.hazard import SINCE
from gridtown.lines.safety.indicators import INDICATORS
from gridtown.lines.safety.registers import RISK_POINTS, UNITS
from gridtown.lines.safety.tools import GRADING, PRIORITIES

LINE = Line(
    owner="emergency_station",
    kinds=(
        Kind(
            "hazard",
            intake=hazard_forms.Hazard,
            procedure=hazard.PROCEDURE,
            number="HZ{year}-{n:05}",
            raised_by=(*hazard.STAFF, "receiver", "dispatcher"),
            about="unit",
            same_by=("unit", "category"),
            guards=(rules.point_of_unit,),
            derive=rules.repeats,
        ),
        Kind(
            "check",
            intake=forms.Check,
            procedure=check.PROCEDURE,
            number="CK{year}-{n:05}",
            raised_by=("system", "inspector", "supervisor"),
            about="risk_point",
            derive=rules.of_the_point,
        ),
        Kind(
            "self_check",
            intake=forms.SelfCheck,
            procedure=self_check.PROCEDURE,
            number="SC{year}-{n:05}",
            raised_by=("system", "subject", "patch", "inspector"),
            about="unit",
        ),
    ),
    registers=(UNITS, RISK_POINTS),
    indicators=INDICATORS,
    tools=(GRADING, PRIORITIES),
    documents=(
        Document("rectification_order", "hazard", ("order",), "安全生产法 65, 102"),
        Document("recheck_opinion", "hazard", ("recheck", "send_back"), "安全生产法 68"),
        Document("listing_notice", "hazard", ("list_up",), "安全生产法 41; 浙江省消防条例 7"),
        Document("stop_decision", "hazard", ("stop",), "安全生产法 65"),
        Document("resume_opinion", "hazard", ("lift",), "安全生产法 65"),
        Document("check_record", "check", ("check",), "安全生产法 68"),
    ),
    staff=(
        Staff("inspector", ("inspector",), seats=3),
        Staff("patch", ("patch",), level="village"),
    ),
    settings=(
        Setting(
            "repeat_days", 180, "design: as long as 安全生产法 113 looks back at penalties", SINCE, "days"
        ),
        Setting("progress_days", 7, "design: weekly word on a major hazard (domain B1)", SINCE, "days"),
    ),
)
