"""The only reader of the ledger: every list, count, map and feed goes through the one scope."""

from gridtown.cases.queries.board import Light, Village, board, counts
from gridtown.cases.queries.listing import Brief, Filters, Order, Page, listing, open_by_post, queue
from gridtown.cases.queries.map import Cluster, MapView, map_view
from gridtown.cases.queries.one import CaseView, File, Offer, Step, attachment, case, follow_view, offers
from gridtown.cases.queries.stream import Event, Told, feed, kept_from, last_id, notices, see_notices
from gridtown.cases.queries.things import RecordView, behind, record, record_names, records, similar

__all__ = [
    "Brief", "CaseView", "Cluster", "Event", "File", "Filters", "Light", "MapView", "Offer", "Order", "Page",
    "RecordView", "Step", "Told", "Village",
    "attachment", "behind", "board", "case", "counts", "feed", "follow_view", "kept_from", "last_id",
    "listing", "map_view", "notices", "offers", "open_by_post", "queue", "record", "record_names", "records",
    "see_notices", "similar",
]  # fmt: skip
