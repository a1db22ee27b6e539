"""河湖长: reaches that are walked, what is found there, and its way up until the head who reported hears."""

from gridtown.kernel.document import Document
from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.lines.rivers import forms
from gridtown.lines.rivers.indicators import INDICATORS
from gridtown.lines.rivers.issue import ISSUE, SINCE
from gridtown.lines.rivers.registers import HEADS, REACHES
from gridtown.lines.rivers.walk import BOARD, WALK, by_its_head

LINE = Line(
    owner="river_office",
    kinds=(
        Kind(
            "issue",
            intake=forms.Issue,
            procedure=ISSUE,
            number="RV{year}-{n:05}",
            raised_by=(
                "reporter", "village_head", "town_head", "patroller", "handler", "receiver", "dispatcher", "supervisor",
            ),
            about="reach",
        ),
        Kind(
            "walk",
            intake=forms.Walk,
            procedure=WALK,
            number="RW{year}-{n:05}",
            raised_by=("system", "supervisor"),
            about="reach",
            same_by=("reach",),
            derive=by_its_head,
        ),
        Kind(
            "board_check",
            intake=forms.BoardCheck,
            procedure=BOARD,
            number="RB{year}-{n:04}",
            raised_by=("system", "supervisor"),
            about="reach",
            derive=by_its_head,
        ),
    ),
    registers=(REACHES, HEADS),
    indicators=INDICATORS,
    documents=(
        Document("walked", "walk", after=("walk",), basis="浙江省河长制规定 9"),
        Document("urging", "issue", after=("urge",), basis="浙江省河长制规定 7, 11"),
        Document("upward", "issue", after=("report_up", "report_county"), basis="浙江省河长制规定 11"),
    ),
    staff=(
        Staff("town_head", roles=("town_head",), seats=4),
        Staff("village_head", roles=("village_head",), level="village"),
    ),
    settings=(
        Setting(
            "walk_minutes", 10,
            "page: 10 minutes and 1 km in Guangzhou, 5 minutes and 300 m in another town; no rule of the province",
            SINCE, "min",
        ),
        Setting(
            "walk_share", 80,
            "design: 浙江省河长制规定 9 asks for the whole reach; what counts is the share of it, not metres anywhere",
            SINCE, "percent",
        ),
        Setting(
            "walk_gap_hours", 24,
            "page: 96 hours between two walks in another county; a day keeps two from being walked at once",
            SINCE, "hours",
        ),
    ),
)  # fmt: skip
