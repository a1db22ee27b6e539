"""What places there are. Names may be corrected; boundaries never are: a change of them is a new generation."""

from typing import ClassVar

from django.db import models


class Stamp(models.Model):
    """One number a town; see `stamp`."""

    key = models.CharField(max_length=9, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class Division(models.Model):
    """A province, city, county, town, village or community of the official list.

    `code` is the significant part of the official twelve digits (2, 4, 6, 9 or 12), so that a roll-up is a
    prefix. The kind is stored and never derived: there are communities with a village's code and the other way
    round. A division that is dissolved stays, with `current` false, because old cases name it.
    """

    class Level(models.TextChoices):
        """How far down it is."""

        PROVINCE = "province"
        CITY = "city"
        COUNTY = "county"
        TOWN = "town"
        VILLAGE = "village"

    town = models.CharField(max_length=9, blank=True)  # empty above the town
    code = models.CharField(max_length=12, unique=True)
    parent = models.CharField(max_length=9, blank=True)
    level = models.CharField(max_length=8, choices=Level.choices)
    kind = models.CharField(max_length=16, blank=True)  # of a village: community or village
    name = models.CharField(max_length=60)  # as on the official list
    short = models.CharField(max_length=60)  # as people say it
    name_en = models.CharField(max_length=120)
    urban_rural = models.CharField(max_length=3, blank=True)  # 城乡分类代码
    aliases = models.JSONField(default=list)  # other names by which a text may mean it
    current = models.BooleanField(default=True)

    class Meta:
        """Asked for by town."""

        indexes: ClassVar = [models.Index(fields=["town", "code"], name="places_division_town")]

    def __str__(self) -> str:
        return f"{self.code} {self.short}"


class Area(models.Model):
    """片区: a tier between town and village that the town draws itself."""

    town = models.CharField(max_length=9)
    key = models.CharField(max_length=15)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    villages = models.JSONField(default=list)
    example = models.BooleanField(default=False)  # made up for the shipped town; shown with its name

    class Meta:
        """A key is unique in its town."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["town", "key"], name="places_area_once")]

    def __str__(self) -> str:
        return f"{self.town} {self.key} {self.name}"


class Poi(models.Model):
    """A public place with a name of its own (a market, a park) that tells in which village something is."""

    town = models.CharField(max_length=9)
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=15)  # the village or grid that it lies in
    aliases = models.JSONField(default=list)

    class Meta:
        """A name is unique in its town."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["town", "name"], name="places_poi_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Generation(models.Model):
    """One complete drawing of a town's boundaries; cases keep the number that they were routed with."""

    town = models.CharField(max_length=9)
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    source = models.CharField(max_length=200)
    crs = models.CharField(max_length=8)  # the system in which the source was drawn; stored shapes are WGS84
    schematic = models.BooleanField()  # some of it is drawn and not surveyed, and the map says so
    note = models.CharField(max_length=200, blank=True)
    digest = models.CharField(
        max_length=64
    )  # SHA-256 of what it was made from: the same is not taken in twice

    class Meta:
        """Numbers count up in a town, and the highest is the current one."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["town", "number"], name="places_generation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.town} generation {self.number}"


class Outline(models.Model):
    """The outline of a village in one generation: WKB, WGS84."""

    town = models.CharField(max_length=9)
    generation = models.ForeignKey(Generation, models.PROTECT, related_name="outlines")
    village = models.CharField(max_length=12)
    shape = models.BinaryField()
    schematic = models.BooleanField()

    class Meta:
        """One outline of a village in a generation."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["town", "generation", "village"], name="places_outline_once")
        ]

    def __str__(self) -> str:
        return self.village


class Grid(models.Model):
    """A grid in one generation: fifteen digits, the village's twelve and three of its own; WKB, WGS84."""

    class Kind(models.TextChoices):
        """普通网格 and 专属网格 (a park, market, school, hospital or office of its own)."""

        ORDINARY = "ordinary"
        SPECIAL = "special"

    town = models.CharField(max_length=9)
    generation = models.ForeignKey(Generation, models.PROTECT, related_name="grids")
    code = models.CharField(max_length=15)
    village = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ORDINARY)
    shape = models.BinaryField()
    schematic = models.BooleanField()

    class Meta:
        """One shape of a grid in a generation."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["town", "generation", "code"], name="places_grid_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
