"""The picture of a town's posts, kept in the process until the town's stamp moves.

Every request asks several times who a case waits on; the answers come from memory, and a change of posts is
seen by every process within a second, or at once where a request has read the stamp (`places.stamp`).
"""

from gridtown.people.models import Cell, Holding, Post
from gridtown.people.picture import AccountInfo, People, PostInfo
from gridtown.places import stamp as stamps

__all__ = ["AccountInfo", "People", "PostInfo", "current"]

_kept: dict[str, People] = {}


def current(known_stamp: int | None = None, *, town: str | None = None) -> People:
    """The picture of now; a caller that has just read the stamp hands it in and spares a query."""
    code = town or stamps.here()
    stamp = stamps.fresh(code) if known_stamp is None else stamps.note(code, known_stamp)
    kept = _kept.get(code)
    if kept is None or kept.stamp != stamp:
        kept = _load(code, stamp)
        if stamp:  # 0 = nothing was ever loaded: do not remember emptiness
            _kept[code] = kept
    return kept


def _load(town: str, stamp: int) -> People:
    """Three queries: holdings with their persons, posts, cells."""
    holders: dict[int, list[int]] = {}
    accounts: dict[int, AccountInfo] = {}
    ever: dict[int, frozenset[int]] = {}
    held = Holding.objects.filter(post__town=town, account__is_active=True).order_by("since", "id")
    for post_id, until, *account in held.values_list(
        "post_id", "until", "account_id", "account__username", "account__display", "account__lang"
    ):
        person = AccountInfo(*account)
        ever[person.id] = ever.get(person.id, frozenset()) | {post_id}
        if until is not None:
            continue
        accounts[person.id] = person
        holders.setdefault(post_id, []).append(person.id)
    posts = tuple(
        PostInfo(
            id=post.pk,
            key=post.key,
            name_zh=post.name_zh,
            name_en=post.name_en,
            roles=frozenset(post.roles),
            lines=frozenset(post.lines),
            place=post.place,
            covers=tuple(post.covers),
            desk=post.desk,
            level=post.level,
            clearance=post.clearance,
            seats=post.seats,
            rank=post.rank,
            closed=post.closed is not None,
            holders=tuple(holders.get(post.pk, ())),
        )
        for post in Post.objects.filter(town=town).order_by("rank", "id")
    )
    cells = {(c.grid, c.column): c.post_id for c in Cell.objects.filter(town=town)}
    return People(town=town, stamp=stamp, posts=posts, accounts=accounts, cells=cells, ever=ever)
