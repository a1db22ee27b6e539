"""工作报告版本: each edition of the report is a case: frozen, checked by another, signed, published, withdrawn."""

from gridtown.kernel.line import Kind, Line
from gridtown.kernel.purpose import Editions
from gridtown.lines.reports import edition
from gridtown.lines.reports.indicators import INDICATORS

LINE = Line(
    owner="government_office",
    purpose=Editions(edition="edition"),
    kinds=(
        Kind(
            "edition",
            intake=edition.Edition,
            procedure=edition.PROCEDURE,
            number="RE{year}-{n:04}",
            raised_by=edition.DRAFTERS,
        ),
    ),
    indicators=INDICATORS,
)
