"""一办五组: who commands and who does what in an event, by post; kept ready before anything happens."""

from typing import Annotated

from pydantic import Field

from gridtown.kernel.forms import Choice, Form, Long, PostRef
from gridtown.kernel.line import Register


class Group(Form):
    """The office or one of the groups: whoever holds the posts today is in it, so that the list does not age."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    part: Annotated[str, Choice("group")]
    head: Annotated[str, PostRef()]
    members: Annotated[tuple[Annotated[str, PostRef()], ...], Field(max_length=60)] = ()
    duties: Annotated[str, Long(), Field(max_length=1000)] = ""


GROUPS = Register(
    "group", form=Group, named_by="name", kept_by=("admin", "supervisor", "duty_officer", "leader")
)
