"""年度目标: what the town has promised for the year, who answers, and how it is changed, asked about, assessed."""

from datetime import date

from gridtown.kernel.document import Document
from gridtown.kernel.guards import not_ahead
from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.kernel.purpose import Promises
from gridtown.lines.targets import forms, terms
from gridtown.lines.targets.indicators import INDICATORS
from gridtown.lines.targets.question import MEETING, QUESTION
from gridtown.lines.targets.target import SINCE, TARGET

LINE = Line(
    owner="assessment_office",
    purpose=Promises(target="target", question="question", meeting="meeting"),
    kinds=(
        Kind(
            "target",
            intake=forms.Target,
            procedure=TARGET,
            number="TG{year}-{n:04}",
            raised_by=("assessor", "leader"),
            guards=(terms.unit_fits, terms.period_runs_forward),
        ),
        Kind(
            "question",
            intake=forms.Question,
            procedure=QUESTION,
            number="TQ{year}-{n:04}",
            raised_by=("assessor", "leader", "supervisor"),
            guards=(terms.about_a_target, terms.at_a_meeting),
        ),
        Kind(
            "meeting",
            intake=forms.Meeting,
            procedure=MEETING,
            number="TM{year}-{n:04}",
            raised_by=("assessor", "leader"),
            guards=(not_ahead("held_on"),),
        ),
    ),
    indicators=INDICATORS,
    documents=(Document("notice", "question", basis="杭州市绩效管理条例 20"),),
    staff=(Staff("assessor", roles=("assessor",), clearance="internal"),),
    settings=(
        Setting(
            "margin", 5, "design: how far a forecast may miss where its error is not known", SINCE, "percent"
        ),
        Setting(
            "early", 10, "design: the share of the period before which no pace is judged", SINCE, "percent"
        ),
        Setting(
            "stale_days",
            92,
            "design: what was told of a target counts for a quarter",
            date(2026, 11, 1),
            "days",
        ),
    ),
)
