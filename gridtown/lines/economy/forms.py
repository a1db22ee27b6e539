"""What is asked of a figure that somebody has published, and of a question about one."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from gridtown.kernel.forms import Choice, Computed, File, Form, Long, Ref, Sets
from gridtown.kernel.usual import Sentence


class Figure(Form):
    """One published figure: of what, for which period, how much as it was written, by whom and where.

    covers, begins, ends: the period. amount: in base units, `within` half of the last digit written; rate likewise, as
    a ratio. A figure may be published as a rate alone.
    """

    statistic: Annotated[str, Choice("statistic")]
    period: Annotated[str, Field(min_length=1, max_length=40)]
    value: Annotated[str, Field(max_length=40)] = ""
    unit: Annotated[str, Choice("unit")] | None = None
    growth: Annotated[str, Field(max_length=40)] = ""
    body: Annotated[str, Choice("body")]
    document: Annotated[str, Field(min_length=1, max_length=200)]
    published_on: date | None = None
    file: Annotated[str, File()] = ""
    why: Annotated[str, Long(), Field(max_length=500)] = ""
    name: Annotated[str, Computed()] = ""
    covers: Annotated[str, Computed()] = ""
    begins: Annotated[datetime, Computed()] | None = None
    ends: Annotated[datetime, Computed()] | None = None
    amount: Annotated[float, Computed()] | None = None
    within: Annotated[float, Computed()] | None = None
    rate: Annotated[float, Computed()] | None = None
    rate_within: Annotated[float, Computed()] | None = None


class Query(Form):
    """A question to whoever has published a figure: it differs from what follows, or from another."""

    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    figure: Annotated[int, Ref("figure")]
    description: Sentence


class Explained(Form):
    """Why the figure is right as it stands: another base, another definition, prices."""

    answer: Sentence
    document: Annotated[str, Field(max_length=200)] = ""
    file: Annotated[str, File()] = ""


class Corrected(Form):
    """What was put right, here or by the publisher; the figure itself is revised on its register."""

    answer: Sentence
    document: Annotated[str, Field(max_length=200)] = ""
