"""The only reader of the ledger: every list, count, map and feed goes through the one scope."""

from gridtown.cases.queries.board import Light, Village, board, counts
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
from gridtown.cases.queries.stream import Event, Told, feed, last_id, notices, see_notices
from gridtown.cases.queries.things import RecordView, behind, record, records, similar

__all__ = [
    "Brief", "CaseView", "Cluster", "Event", "Fate", "File", "Filters", "Light", "LinkedCase", "LinkedStep",
    "LinkedView", "MapView", "Matter", "Offer", "OpenCase", "OpenPage", "OpenStep", "Order", "Page", "RecordView",
    "Step", "Told", "Topic", "Village", "Waiting",
    "attachment", "behind", "board", "case", "counts", "feed", "follow_view", "last_id", "linked_case", "linked_view",
    "listing", "map_view", "notices", "offers", "open_by_post", "open_cases", "public_kinds", "queue", "raised_on",
    "record", "records", "see_notices", "similar", "topic", "waiting",
]  # fmt: skip
