"""The ledger's tables. Kinds, states and forms are not in the schema: a new line needs no migration.

`Entry` is the truth and append-only by trigger; `Case` and `Record` are projections of it that can be
checked at any time (`ledger.verify`). Nothing but `actions` writes any of them.
"""

from typing import ClassVar

from django.db import models


class Case(models.Model):
    """A matter that happens, is handled, verified and closed: where it is now."""

    town = models.CharField(max_length=9)
    number = models.CharField(max_length=40, unique=True)
    line = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    state = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16, default="")
    ended = models.BooleanField(default=False)
    place = models.CharField(max_length=15)  # grid 15, village 12 or town 9 digits: a roll-up is a prefix
    generation = models.IntegerField(default=0)  # the boundaries that it was routed with
    lon = models.FloatField(null=True)  # WGS84
    lat = models.FloatField(null=True)
    crs = models.CharField(max_length=8, default="")  # the system that the point came in
    cell = models.BigIntegerField(null=True)  # Morton code at zoom 24, for the map
    title = models.CharField(max_length=120)
    category = models.CharField(max_length=64, default="")
    urgency = models.CharField(max_length=16, default="normal")
    level = models.CharField(max_length=16, default="small")
    channel = models.CharField(max_length=32)
    confidential = models.SmallIntegerField(default=1)
    desk = models.CharField(max_length=32, default="")
    holder_id = models.BigIntegerField(null=True)  # people.Post; no constraint: posts outlive nothing here
    due = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)  # when the ticker must look at it next
    supervised = models.BooleanField(default=False)
    opened = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    head = models.CharField(max_length=64)
    reporters = models.IntegerField(default=1)
    parent_id = models.BigIntegerField(null=True)
    merged_into_id = models.BigIntegerField(null=True)
    record_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=80, default="")  # the outside system's own id
    form_version = models.IntegerField(default=1)
    answers = models.TextField(default="{}")
    clocks = models.TextField(default="{}")
    sealed_key = models.BinaryField(
        null=True
    )  # the wrapped key of its personal fields; erasing them deletes it
    alike = models.CharField(max_length=64, default="")  # keyed digest of Kind.same_by; erased with the key

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["alike"], condition=~models.Q(alike=""), name="case_alike"),
            models.Index(fields=["holder_id", "due"], condition=models.Q(ended=False), name="case_queue"),
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="case_next"),
            models.Index(fields=["line", "state", "id"], name="case_line_state"),
            models.Index(fields=["place", "id"], name="case_place"),
            models.Index(fields=["due", "id"], condition=models.Q(ended=False), name="case_due"),
            models.Index(
                fields=["line", "kind", "due", "id"], condition=models.Q(ended=False), name="case_kind_due"
            ),
            models.Index(fields=["opened", "place", "ended", "confidential"], name="case_opened"),
            models.Index(
                fields=["place", "confidential", "due", "supervised"],
                condition=models.Q(ended=False),
                name="case_board",
            ),
            models.Index(
                fields=["parent_id"], condition=models.Q(parent_id__isnull=False), name="case_parent"
            ),
            models.Index(
                fields=["record_id"], condition=models.Q(record_id__isnull=False), name="case_record"
            ),
            models.Index(
                fields=["ended", "cell", "place", "line", "confidential", "due"],
                condition=models.Q(cell__isnull=False),
                name="case_map",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="case_ended_has_outcome",
                condition=(models.Q(ended=True) & ~models.Q(outcome=""))
                | models.Q(ended=False, outcome="", closed__isnull=True),
            ),
            models.CheckConstraint(
                name="case_point_whole",
                condition=models.Q(lon__isnull=True, lat__isnull=True, cell__isnull=True)
                | models.Q(lon__isnull=False, lat__isnull=False, cell__isnull=False),
            ),
        ]


class Record(models.Model):
    """A thing that exists and is kept up to date in one of a line's registers."""

    town = models.CharField(max_length=9)
    line = models.CharField(max_length=32)
    register = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    place = models.CharField(max_length=15)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    retired = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    head = models.CharField(max_length=64)
    form_version = models.IntegerField(default=1)
    answers = models.TextField(default="{}")
    since = models.DateTimeField()
    sealed_key = models.BinaryField(null=True)  # as for a case

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["line", "register", "retired", "place", "id"], name="record_register"),
        ]


class Entry(models.Model):
    """One fact in the past tense. A case's, a record's, or (with neither) one of the town's own journal."""

    town = models.CharField(max_length=9)
    case_id = models.BigIntegerField(null=True)
    record_id = models.BigIntegerField(null=True)
    seq = models.IntegerField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=32)
    by = models.CharField(max_length=150)
    post = models.CharField(max_length=64, default="")
    frm = models.CharField(max_length=32, default="")
    to = models.CharField(max_length=32, default="")
    due = models.DateTimeField(null=True)
    answers = models.TextField(default="{}")
    clocks = models.TextField(default="{}")
    sets = models.TextField(default="{}")  # the columns of the case row that this entry changed
    key = models.CharField(max_length=120, unique=True)  # sending twice changes nothing
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case_id", "seq"], condition=models.Q(case_id__isnull=False), name="entry_case_seq"
            ),
            models.UniqueConstraint(
                fields=["record_id", "seq"],
                condition=models.Q(record_id__isnull=False),
                name="entry_record_seq",
            ),
            models.UniqueConstraint(
                fields=["town", "seq"],
                condition=models.Q(case_id__isnull=True, record_id__isnull=True),
                name="entry_journal_seq",
            ),
            models.CheckConstraint(
                name="entry_of_one_chain",
                condition=models.Q(case_id__isnull=True) | models.Q(record_id__isnull=True),
            ),
        ]


class Attachment(models.Model):
    """A file's digest and what it is; the bytes lie in the blob folder under that digest."""

    case_id = models.BigIntegerField(db_index=True)
    entry_id = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=120)
    mime = models.CharField(max_length=80)
    size = models.IntegerField()
    stage = models.CharField(max_length=16)


class Upload(models.Model):
    """A file that has arrived and is not yet named by any entry."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=120)
    mime = models.CharField(max_length=80)
    size = models.IntegerField()
    at = models.DateTimeField()


class Notice(models.Model):
    """Something to be told to a post or to reporters, written with the entry that causes it."""

    town = models.CharField(max_length=9)
    case_id = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)  # null: everyone who follows the case
    about = models.CharField(max_length=32)  # words key notice.<about>
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            # the only ways in besides the id: every index more is written with every move
            models.Index(
                fields=["post_id", "id"],
                condition=models.Q(seen_at__isnull=True, post_id__isnull=False),
                name="notice_unseen",
            ),
            models.Index(
                fields=["post_id", "id"], condition=models.Q(post_id__isnull=False), name="notice_post"
            ),
        ]


class Follower(models.Model):
    """Another reporter of the same matter, under the number that they were given."""

    case_id = models.BigIntegerField()
    number = models.CharField(max_length=44)
    entry_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["number"], name="follower_number")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case_id", "number"], name="follower_once")]


class Bar(models.Model):
    """A post that neither sees a case nor acts on it (`forms.Bars`): the accused, the conflicted."""

    case_id = models.BigIntegerField()
    post_id = models.BigIntegerField()
    entry_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case_id"], name="bar_case")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post_id", "case_id"], name="bar_once"),
        ]


class Counter(models.Model):
    """The last number given in a series such as "AP2023"."""

    series = models.CharField(max_length=40, primary_key=True)
    last = models.BigIntegerField()


class Seal(models.Model):
    """The signed Merkle root over all entries of one day."""

    day = models.DateField(unique=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    count = models.IntegerField()
    root = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
