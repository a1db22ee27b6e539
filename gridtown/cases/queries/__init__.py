"""The only reader of the ledger: every list, count, map and feed goes through the one scope."""

from gridtown.cases.queries.asking import asked
from gridtown.cases.queries.board import Light, Village, board, counts
from gridtown.cases.queries.dossier import Dossier, dossier
from gridtown.cases.queries.linked import (
    LinkedCase,
    LinkedStep,
    LinkedView,
    Matter,
    linked_case,
    linked_view,
    raised_on,
)
from gridtown.cases.queries.listing import Brief, Filters, Order, Page, listing, open_by_post, queue
from gridtown.cases.queries.map import Cluster, MapView, map_view
from gridtown.cases.queries.one import CaseView, File, Offer, Step, attachment, case, follow_view, offers
from gridtown.cases.queries.owed import answers_at, duty_key, last_owed
from gridtown.cases.queries.public import (
    Fate,
    OpenCase,
    OpenPage,
    OpenStep,
    Topic,
    Waiting,
    open_cases,
    public_kinds,
    topic,
    waiting,
)
from gridtown.cases.queries.registers import (
    Changed,
    RecordStep,
    RecordView,
    count_records,
    record,
    record_file,
    record_names,
    record_steps,
    records,
    register_sums,
)
from gridtown.cases.queries.stream import Event, Told, feed, kept_from, last_id, notices, see_notices
from gridtown.cases.queries.things import behind, similar

__all__ = [
    "Brief", "CaseView", "Changed", "Cluster", "Dossier", "Event", "Fate", "File", "Filters", "Light",
    "LinkedCase", "LinkedStep", "LinkedView", "MapView", "Matter", "Offer", "OpenCase", "OpenPage", "OpenStep",
    "Order", "Page", "RecordStep", "RecordView", "Step", "Told", "Topic", "Village", "Waiting", "answers_at",
    "asked", "attachment", "behind", "board", "case", "count_records", "counts", "dossier", "duty_key", "feed",
    "follow_view", "kept_from", "last_id", "last_owed", "linked_case", "linked_view", "listing", "map_view", "notices",
    "offers", "open_by_post", "open_cases", "public_kinds", "queue", "raised_on", "record", "record_file",
    "record_names", "record_steps", "records", "register_sums", "see_notices", "similar", "topic", "waiting",
]  # fmt: skip
