"""众人议事厅: what residents propose, talk over and resolve by the rules of the body that votes, until it is done."""

from gridtown.kernel.document import Document
from gridtown.kernel.line import Kind, Line, Setting, Staff
from gridtown.lines.assembly import election, election_forms, forms, owed, owed_forms
from gridtown.lines.assembly.indicators import INDICATORS
from gridtown.lines.assembly.proposal import PROPOSAL, SINCE
from gridtown.lines.assembly.topic import TOPIC

LINE = Line(
    owner="village_affairs",
    kinds=(
        Kind(
            "proposal",
            intake=forms.Proposal,
            procedure=PROPOSAL,
            number="AS{year}-{n:04}",
            confidential="open",
            raised_by=("reporter", "moderator", "receiver", "patroller", "supervisor"),
        ),
        Kind(
            "topic",
            intake=forms.Topic,
            procedure=TOPIC,
            number="AT{year}-{n:04}",
            confidential="open",
            raised_by=("moderator", "supervisor"),
        ),
        Kind(
            "election",
            intake=election_forms.Election,
            procedure=election.ELECTION,
            number="AE{year}-{n:04}",
            confidential="open",
            raised_by=("moderator", "supervisor"),
            guards=(election.seats_fit,),
        ),
        Kind(
            "meeting",
            intake=owed_forms.Meeting,
            procedure=owed.MEETING,
            number="AM{year}-{n:04}",
            confidential="open",
            raised_by=("system", "supervisor"),
            about="council",
            derive=owed.of_council,
        ),
        Kind(
            "disclosure",
            intake=owed_forms.Disclosure,
            procedure=owed.DISCLOSURE,
            number="AD{year}-{n:04}",
            confidential="open",
            raised_by=("system", "supervisor"),
            about="village",
            derive=owed.of_village,
        ),
        Kind(
            "review",
            intake=owed_forms.Review,
            procedure=owed.REVIEW,
            number="AR{year}-{n:04}",
            confidential="open",
            raised_by=("system", "supervisor"),
            about="village",
        ),
    ),
    registers=(owed.COUNCILS, owed.VILLAGES),
    documents=(
        Document("call_notice", "topic", after=("call",), basis="村民委员会组织法 21"),
        Document("result", "topic", after=("count",), basis="村民委员会组织法 30"),
        Document("list", "topic", after=("count",), basis="design: whoever voted can look their vote up"),
        Document(
            "resolution",
            "topic",
            after=("announce",),
            basis="村民委员会组织法 30; 浙江省村经济合作社组织条例 34",
        ),
        Document("poll_notice", "election", after=("call_poll",), basis="村民委员会组织法 14, 15"),
        Document("poll_result", "election", after=("declare",), basis="村民委员会组织法 15, 17"),
    ),
    indicators=INDICATORS,
    staff=(
        Staff("moderator", roles=("moderator",), level="village", seats=2),
        Staff("teller", roles=("teller",), level="village", seats=2),
    ),
    settings=(
        Setting("longest_vote", 30, "design: a vote that is open for long is forgotten", SINCE, "days"),
        Setting(
            "tally_hours", 24, "design: time for two tellers to enter what is in the box", SINCE, "hours"
        ),
    ),
)
