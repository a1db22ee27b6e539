"""社会治理中心、瓶安及时雨: one door for whatever is brought; mediation from village to county."""

from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.lines.mediation import dispute, forms, reception, rules
from gridtown.lines.mediation.indicators import INDICATORS
from gridtown.lines.mediation.papers import DOCUMENTS
from gridtown.lines.mediation.registers import COMMITTEES, MEDIATORS
from gridtown.lines.mediation.tools import TO_FOLLOW, WHO_MEDIATES

LINE = Line(
    owner="governance_centre",
    kinds=(
        Kind(
            "reception",
            intake=reception.Visit,
            procedure=reception.RECEPTION,
            number="JD{year}-{n:05}",
            confidential="personal",
            raised_by=("reporter", *dispute.STAFF, "patroller", "dispatcher", "handler"),
        ),
        Kind(
            "dispute",
            intake=forms.Dispute,
            procedure=dispute.DISPUTE,
            number="TJ{year}-{n:05}",
            confidential="personal",
            raised_by=("reporter", *dispute.STAFF, "patroller", "dispatcher", "handler"),
            same_by=("contact_name", "other_name"),
            derive=rules.repeats,
        ),
    ),
    registers=(COMMITTEES, MEDIATORS),
    indicators=INDICATORS,
    tools=(WHO_MEDIATES, TO_FOLLOW),
    documents=DOCUMENTS,
    staff=(
        Staff("town_mediator", (rules.TOWN, dispute.VILLAGE), seats=3),
        Staff("mediator", (dispute.VILLAGE,), level="village"),
    ),
    settings=(
        Setting(
            "oral_days", 30,
            "design: 人民调解法 28 leaves the form to the parties; what is to be performed later than in a month is "
            "written down (宁波市人民调解条例 24, model, asks for it wherever performance is later)",
            rules.OURS, "days",
        ),
        Setting("repeat_days", 365, "design: the same two sides again within a year", rules.OURS, "days"),
    ),
)  # fmt: skip
