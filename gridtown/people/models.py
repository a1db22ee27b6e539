"""Who there is, in which posts, and who answers for which line in which grid."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Account(AbstractUser):
    """A person who can sign in; what the person may do comes from the posts held, never from the account."""

    display = models.CharField(max_length=60, blank=True)
    lang = models.CharField(max_length=8, default="", blank=True)  # "" = as the browser prefers

    # Django's own flags and groups stay for its admin; Gridtown asks posts only.
    def get_short_name(self) -> str:
        """The name that others see."""
        return self.display or self.username


class Post(models.Model):
    """A role, on a line, at a place: what a case waits on, whoever holds it today.

    `roles` and `lines` are lists of keys (no lines = every line). `place` is the code that names the post's own
    place; `covers` the code prefixes it answers for, which differ only for an area (its villages).
    """

    class Level(models.TextChoices):
        """How high on the ladder grid → village → area → town."""

        GRID = "grid"
        VILLAGE = "village"
        AREA = "area"
        TOWN = "town"

    town = models.CharField(max_length=9)
    key = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    roles = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    place = models.CharField(max_length=15)
    covers = models.JSONField(default=list)
    desk = models.CharField(max_length=30, blank=True)
    level = models.CharField(max_length=8, choices=Level.choices)
    clearance = models.PositiveSmallIntegerField(default=1)
    seats = models.PositiveSmallIntegerField(default=1)
    rank = models.PositiveIntegerField(
        default=0
    )  # row in the town's sheet: the first listed of equals is asked first
    closed = models.DateTimeField(
        null=True, blank=True
    )  # taken off the sheet; kept because old entries name it

    class Meta:
        """A key is unique in its town."""

        constraints = [models.UniqueConstraint(fields=["town", "key"], name="people_post_key")]

    def __str__(self) -> str:
        return self.key


class Holding(models.Model):
    """One person in one post from `since` until `until`; never deleted, so that old entries stay explicable."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="holdings")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    shared = models.BooleanField(default=False)  # copied from the post's seats, for the constraint below

    class Meta:
        """One current holder of a post, except where a desk is shared; nobody holds the same post twice."""

        constraints = [
            models.UniqueConstraint(
                fields=["post", "account"], condition=Q(until=None), name="people_holding_once"
            ),
            models.UniqueConstraint(
                fields=["post"], condition=Q(until=None, shared=False), name="people_holding_one_seat"
            ),
        ]


class Cell(models.Model):
    """A cell of the matrix that names a post outright: for this grid and this line or desk, ask that post first."""

    town = models.CharField(max_length=9)
    grid = models.CharField(max_length=15)
    column = models.CharField(max_length=40)  # a line's key, or "desk:" and a desk's key
    post = models.ForeignKey(Post, models.PROTECT, related_name="cells")

    class Meta:
        """One post per cell."""

        constraints = [models.UniqueConstraint(fields=["town", "grid", "column"], name="people_cell_once")]


class Token(models.Model):
    """A key to the API; only its digest is kept, so a stolen database opens nothing."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token, hex
    label = models.CharField(max_length=60)
    last4 = models.CharField(max_length=4)
    created = models.DateTimeField()
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)


class Roster(models.Model):
    """One shift of the duty roster: whom to call at a place; planned, and nobody is clocked in."""

    place = models.CharField(max_length=15)
    post = models.ForeignKey(Post, models.PROTECT, related_name="duty")
    account = models.ForeignKey(Account, models.PROTECT, related_name="duty", null=True, blank=True)
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        """Asked by time and place; the same shift is put down once."""

        indexes = [models.Index(fields=["end", "start"], name="people_roster_time")]
        constraints = [
            models.UniqueConstraint(fields=["post", "account", "start"], name="people_roster_once"),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="people_roster_forwards"),
        ]


class LoginAttempt(models.Model):
    """Failed sign-ins of one name from one address, counted to lock the door for a while."""

    name = models.CharField(max_length=150)
    address = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)
    first = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One row for each name and address."""

        constraints = [models.UniqueConstraint(fields=["name", "address"], name="people_attempt_once")]


class Pace(models.Model):
    """How often something was done of late from one address, which is kept as a digest and forgotten with its time."""

    slot = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField(db_index=True)
    times = models.PositiveIntegerField(default=0)
