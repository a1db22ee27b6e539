"""食品安全包保: every maker and seller of food has a cadre who visits, and what the visits find is put right."""

from datetime import date

from gridtown.kernel.document import Document
from gridtown.kernel.guards import not_ahead
from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.lines.food import forms
from gridtown.lines.food.indicators import INDICATORS
from gridtown.lines.food.procedure import PROBLEM, SELF_CHECK, VISIT
from gridtown.lines.food.registers import ENTITIES

LINE = Line(
    owner="food_office",
    kinds=(
        Kind(
            "visit",
            intake=forms.Visit,
            procedure=VISIT,
            number="FV{year}-{n:05}",
            raised_by=("system", "cadre", "supervisor"),
            about="entity",
        ),
        Kind(
            "problem",
            intake=forms.Problem,
            procedure=PROBLEM,
            number="FP{year}-{n:05}",
            raised_by=("cadre", "patroller", "handler", "receiver", "supervisor", "reporter"),
            about="entity",
            same_by=("entity", "category"),
            derive=forms.repeated,
        ),
        Kind(
            "self_check",
            intake=forms.SelfCheck,
            procedure=SELF_CHECK,
            number="FS{year}-{n:05}",
            raised_by=("subject", "cadre"),
            about="entity",
            guards=(not_ahead("day"),),
        ),
    ),
    registers=(ENTITIES,),
    indicators=INDICATORS,
    documents=(
        Document(
            "pledge", "visit", after=("visit",), basis="page: 三张清单加一张承诺书, as counties publish it"
        ),
        Document("rectify", "problem", after=("order",), basis="食品安全法 126"),
    ),
    staff=(
        Staff("cadre", roles=("cadre",), seats=6),
        Staff("village_cadre", roles=("cadre",), level="village"),
    ),
    settings=(
        Setting(
            "repeat_days",
            365,
            "design: the same problem within a year is said to be repeated",
            date(2026, 11, 1),
            "days",
        ),
    ),
)
