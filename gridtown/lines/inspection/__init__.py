"""综合查一次: what several organs owe at an enterprise in one visit, under its cap, by inspectors whom nobody chose."""

from datetime import date

from gridtown.kernel.document import Document
from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.lines.inspection import complaint, forms, publication, rules, session, session_forms, visit
from gridtown.lines.inspection.indicators import INDICATORS
from gridtown.lines.inspection.planning import PLAN
from gridtown.lines.inspection.registers import ENTERPRISES, INSPECTORS, ITEMS
from gridtown.lines.inspection.session import SINCE
from gridtown.lines.inspection.tools import SECRET, TEAMS

LINE = Line(
    owner="inspection_desk",
    kinds=(
        Kind(
            "visit",
            intake=forms.Visit,
            procedure=visit.PROCEDURE,
            number="VS{year}-{n:05}",
            raised_by=("planner", "inspector", "inspection_head", "supervisor"),
            about="enterprise",
            same_by=("enterprise",),
            guards=(rules.items_published, rules.not_on_paper, rules.merged_first, rules.within_cap),
            derive=rules.counted,
            unseen=visit.UNSEEN,
        ),
        Kind(
            "draw",
            intake=session_forms.Session,
            procedure=session.PROCEDURE,
            number="DR{year}-{n:04}",
            raised_by=("planner",),
            same_by=("purpose",),
            guards=(session.visits_wait, session.item_published),
            derive=session.titled,
        ),
        Kind(
            "publication",
            intake=publication.Publication,
            procedure=publication.PROCEDURE,
            number="PB{year}-{n:05}",
            confidential="open",
            raised_by=("planner",),
            about="enterprise",
            derive=publication.titled,
        ),
        Kind(
            "complaint",
            intake=complaint.Complaint,
            procedure=complaint.PROCEDURE,
            number="IC{year}-{n:04}",
            raised_by=("subject", "receiver", "supervisor"),
            about="enterprise",
        ),
    ),
    registers=(ENTERPRISES, ITEMS, INSPECTORS),
    indicators=INDICATORS,
    tools=(PLAN, TEAMS, SECRET),
    documents=(
        Document("draw_record", "draw", session.DRAWN, "浙江省综合行政执法条例 21; 优化营商环境条例 54"),
        Document("team_record", "visit", ("draw", "replace"), "浙江省综合行政执法条例 21; 行政处罚法 43"),
        Document("approval", "visit", ("approve",), "国办发〔2024〕54号"),
        Document("notice", "visit", ("notify",), "国办发〔2024〕54号"),
        Document("site_record", "visit", ("conclude",), "浙江省综合行政执法条例 20"),
        Document("result_notice", "visit", ("conclude",), "国办发〔2024〕54号"),
        Document("correction_order", "visit", ("order",), "行政处罚法 28"),
        Document("recheck_opinion", "visit", ("recheck", "send_back"), "行政处罚法 28"),
        Document("public_result", "publication", ("publish",), "政府信息公开条例 20, 26"),
    ),
    staff=(
        Staff("planner", ("planner",)),
        Staff("inspector", ("inspector",), seats=6),
        Staff("head", ("inspection_head",)),
    ),
    settings=(
        Setting("team_size", 2, "综合行政执法条例 28; 行政处罚法 42: at least two", date(2021, 7, 15), "people"),
        Setting("early_days", 60, "design: an item may be looked at two months before it comes round", SINCE, "days"),
        Setting("late_days", 30, "design: and a month after", SINCE, "days"),
        Setting("public_source", "六枚数字球当众摇取", "design: named beforehand, chosen by nobody", SINCE),
    ),
)  # fmt: skip
