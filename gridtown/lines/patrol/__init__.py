"""网格巡查: rounds that are owed on routes, and what is found on them, until it is put right."""

from gridtown.kernel.document import Document
from gridtown.kernel.line import Kind, Line
from gridtown.lines.patrol import forms
from gridtown.lines.patrol.indicators import INDICATORS
from gridtown.lines.patrol.procedure import FINDING, ROUND
from gridtown.lines.patrol.registers import ROUTES

LINE = Line(
    owner="social_governance_centre",
    kinds=(
        Kind(
            "finding",
            intake=forms.Finding,
            procedure=FINDING,
            number="PT{year}-{n:05}",
            raised_by=(
                "patroller",
                "handler",
                "dispatcher",
                "verifier",
                "supervisor",
                "duty_officer",
                "leader",
            ),
            desk_by="category",
        ),
        Kind(
            "round",
            intake=forms.Round,
            procedure=ROUND,
            number="RD{year}-{n:05}",
            raised_by=("system", "supervisor"),
        ),
    ),
    registers=(ROUTES,),
    documents=(Document("rectification", "finding", after=("order",)),),
    indicators=INDICATORS,
)
