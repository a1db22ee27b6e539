"""信访: what people ask or accuse in writing or in person, answered by the regulation's clocks, and learned from."""

from datetime import date

from gridtown.kernel import lessons
from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.lines.petitions import forms, looking_back, rules
from gridtown.lines.petitions.indicators import INDICATORS
from gridtown.lines.petitions.papers import DOCUMENTS
from gridtown.lines.petitions.procedure import LAW, OFFICE, OURS, PETITION, REVIEWER, UNIT

LINE = Line(
    owner="petition_office",
    kinds=(
        Kind(
            "petition",
            intake=forms.Petition,
            procedure=PETITION,
            number="XF{year}-{n:05}",
            confidential="petition",
            raised_by=("reporter", OFFICE, UNIT, "leader"),
            same_by=("id_number", "category"),
            guards=(rules.few_representatives, rules.sender_named, rules.not_by_accused),
            derive=rules.lookup,
        ),
        Kind(
            "review",
            intake=looking_back.Review,
            procedure=looking_back.REVIEW,
            number="XFP{year}-{n:04}",
            confidential="petition",
            raised_by=(OFFICE, "supervisor", "leader"),
        ),
        Kind(
            "measure",
            intake=lessons.Measure,
            procedure=looking_back.MEASURE,
            number="XFC{year}-{n:04}",
            confidential="petition",
            raised_by=(OFFICE, "supervisor"),
        ),
    ),
    indicators=INDICATORS,
    documents=DOCUMENTS,
    staff=(
        Staff("office", (OFFICE,), seats=2, clearance="petition"),
        Staff("justice", (UNIT,), clearance="petition"),
        Staff("construction", (UNIT,), clearance="petition"),
        Staff("livelihood", (UNIT,), clearance="petition"),
        Staff("reviewer", (REVIEWER,), clearance="petition"),
        Staff("liaison", (UNIT,), level="village", clearance="petition"),
    ),
    settings=(
        Setting("group_most", 5, "信访 20: at most five representatives", LAW, "people"),
        Setting("small_group_most", 3, "浙信访 15: at most three for ten people and fewer; whether it binds "
                "beside 信访 20 is asked, the stricter holds until then", date(2016, 8, 1), "people"),
        Setting("rate_days", 90, "design: a later rating says little about the handling", OURS, "days"),
    ),
)  # fmt: skip
