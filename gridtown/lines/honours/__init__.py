"""荣誉与试点: awards and pilots of town, villages and enterprises, with what shows each, and expiry."""

from gridtown.kernel.line import Kind, Line, Staff
from gridtown.lines.honours import forms
from gridtown.lines.honours.indicators import FAMILIES, INDICATORS
from gridtown.lines.honours.procedure import REVIEW
from gridtown.lines.honours.registers import HONOURS, nearness

LINE = Line(
    owner="party_office",
    kinds=(
        Kind(
            "review",
            intake=forms.Review,
            procedure=REVIEW,
            number="HN{year}-{n:04}",
            raised_by=("system", "recorder"),
            about="honour",
            derive=nearness,
        ),
    ),
    registers=(HONOURS,),
    indicators=INDICATORS,
    families=FAMILIES,
    staff=(Staff("recorder", roles=("recorder",), clearance="internal"),),
)
