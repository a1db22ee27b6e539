"""战时机制: event mode on and off with its reason, 一办五组, tasks, hourly reports, and the review after it."""

from gridtown.kernel import lessons
from gridtown.kernel.document import Document
from gridtown.kernel.line import Kind, Line, Setting
from gridtown.kernel.mode import Mode
from gridtown.lines.events import event, review, situation, task
from gridtown.lines.events.indicators import INDICATORS
from gridtown.lines.events.registers import GROUPS
from gridtown.lines.events.rules import CHIEFS, OURS, SWITCHERS

LINE = Line(
    owner="emergency_office",
    kinds=(
        Kind(
            "event",
            intake=event.Event,
            procedure=event.PROCEDURE,
            number="EV{year}-{n:04}",
            raised_by=(*SWITCHERS, "supervisor"),
            guards=(event.not_too_short,),
            mode=Mode(
                state="on",
                limit="on",
                factor="factor",
                lines="lines",
                every="every",
                reports="situation",
                level="grade",
                tasks="task",
                groups="group",
            ),
        ),
        Kind(
            "task",
            intake=task.Task,
            procedure=task.PROCEDURE,
            number="ET{year}-{n:05}",
            raised_by=CHIEFS,
            guards=(task.event_is_on,),
            derive=task.of_event,
        ),
        Kind(
            "situation",
            intake=situation.Situation,
            procedure=situation.PROCEDURE,
            number="ES{year}-{n:05}",
            raised_by=("system", *SWITCHERS),
            guards=(task.event_is_on,),
            derive=situation.drawn,
        ),
        Kind(
            "review",
            intake=review.Review,
            procedure=review.REVIEW,
            number="ER{year}-{n:04}",
            raised_by=("supervisor", "leader"),
            derive=review.drawn,
        ),
        Kind(
            "measure",
            intake=lessons.Measure,
            procedure=review.MEASURE,
            number="EM{year}-{n:04}",
            raised_by=("supervisor", "leader"),
        ),
    ),
    registers=(GROUPS,),
    documents=(
        Document("switch_on", "event", after=("switch_on",), basis="突发事件应对法 72"),
        Document("switch_off", "event", after=("switch_off", "lapse"), basis="突发事件应对法 86"),
        Document("situation", "situation", after=("send_up",), basis="突发事件应对法 61"),
        Document("review", "review", after=("conclude",), basis="突发事件应对法 87, 92"),
    ),
    indicators=INDICATORS,
    settings=(
        Setting(
            "least_factor", 0.25, "design: what nobody can keep is not asked for, whatever happens", OURS
        ),
    ),
)
