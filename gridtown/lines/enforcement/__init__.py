"""综合行政执法: from a clue to a decision that stands, step by step as the Administrative Penalty Law has it."""

from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.lines.enforcement import forms
from gridtown.lines.enforcement.indicators import INDICATORS
from gridtown.lines.enforcement.papers import DOCUMENTS
from gridtown.lines.enforcement.procedure import CASE
from gridtown.lines.enforcement.registers import ITEMS, OFFICERS
from gridtown.lines.enforcement.rules import SINCE

LINE = Line(
    owner="enforcement_squad",
    kinds=(
        Kind(
            "case",
            intake=forms.Clue,
            procedure=CASE,
            number="EN{year}-{n:05}",
            confidential="personal",
            raised_by=(
                "inspector", "patroller", "handler", "receiver", "dispatcher", "supervisor", "duty_officer", "leader",
            ),
        ),
    ),
    registers=(ITEMS, OFFICERS),
    indicators=INDICATORS,
    documents=DOCUMENTS,
    staff=(
        Staff("inspector", roles=("inspector",), seats=8),
        Staff("legal_reviewer", roles=("legal_reviewer",)),
        Staff("head", roles=("enforcement_head",)),
    ),
    settings=(
        Setting(
            "summary_person", 200, "行政处罚法 51: warning, or a fine of at most 200 yuan for a person", SINCE, "yuan"
        ),
        Setting(
            "summary_unit", 3000, "行政处罚法 51: warning, or a fine of at most 3,000 yuan for a unit", SINCE, "yuan"
        ),
        Setting(
            "hearing_person", 5000,
            "design: 行政处罚法 63 says a large fine; the province or the organ says how large, to be confirmed",
            SINCE, "yuan",
        ),
        Setting(
            "hearing_unit", 50000,
            "design: 行政处罚法 63 says a large fine; the province or the organ says how large, to be confirmed",
            SINCE, "yuan",
        ),
        Setting(
            "together_from", 50000,
            "design: 行政处罚法 57 asks for a discussion of all heads in grave or complicated cases; from which fine "
            "on is the town's rule",
            SINCE, "yuan",
        ),
    ),
)  # fmt: skip
