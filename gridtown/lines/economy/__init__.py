"""经济指标: what statistics offices and departments have published of the town, with source, revisions and growth."""

from gridtown.kernel.line import Kind, Line, Staff
from gridtown.kernel.purpose import Published
from gridtown.lines.economy import forms
from gridtown.lines.economy.indicators import FAMILIES, INDICATORS
from gridtown.lines.economy.procedure import QUERY
from gridtown.lines.economy.registers import FIGURES

LINE = Line(
    owner="statistics_office",
    purpose=Published(figure="figure", query="query"),
    kinds=(
        Kind(
            "query",
            intake=forms.Query,
            procedure=QUERY,
            number="EQ{year}-{n:04}",
            raised_by=("statistician", "supervisor", "leader"),
            about="figure",
        ),
    ),
    registers=(FIGURES,),
    indicators=INDICATORS,
    families=FAMILIES,
    staff=(Staff("statistician", roles=("statistician",), clearance="internal"),),
)
