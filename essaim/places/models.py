"""Places, their postcodes, and the PostgreSQL point that finds the nearest."""

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from essaim.foundation.ids import public_id
from essaim.foundation.privacy import impersonal
from essaim.foundation.text import unaccented

SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def place_key(name: str) -> str:
    """A name as it is sorted and found: « St-Jean-d’Août » and « saint jean d'aout » are one."""
    words = re.findall(r"\w+", unaccented(name))
    return " ".join(SAINTS.get(word, word) for word in words)


class PointField(models.Field[str | None, str | None]):
    """PostgreSQL's own `point`, the type of what `Point` computes: longitude first, in degrees."""

    def db_type(self, _connection: Any) -> str:
        return "point"


class Point(Func):
    """`point(longitude, latitude)`: in queries written as in the index, so that it serves them."""

    function = "point"
    output_field = PointField()


class DegreesBetween(Func):
    """`<->`: the distance on the flat map of degrees, which the GiST index can sort by."""

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = models.FloatField()


@PointField.register_lookup
class InBox(models.Lookup[Any]):
    """`point__in_box=(west, south, east, north)`, served by the GiST index."""

    lookup_name = "in_box"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} <@ box(point(%s, %s), point(%s, %s))", (*params, *self.rhs)


class Level(models.TextChoices):
    """How large a place is; names are the most usual ones, whatever a country calls its own."""

    COUNTRY = "country", _("country")
    REGION = "region", _("region")
    DEPARTMENT = "department", _("department")
    COMMUNE = "commune", _("commune")


class PlaceQuerySet(models.QuerySet["Place"]):
    def below(self, place: "Place") -> "PlaceQuerySet":
        """Every place inside this one, at any depth, without itself."""
        return self.filter(ancestor_ids__contains=[place.pk])

    def at_levels(self, levels: tuple[str, ...]) -> "PlaceQuerySet":
        """Places of these levels; an empty tuple means any."""
        return self.filter(level__in=levels) if levels else self


@impersonal(
    purpose="The map of the world that people, communities and ideas refer to.",
    fields="id public_id country level name key code parent ancestor_ids population latitude"
    " longitude",
)
class Place(models.Model):
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    country = models.CharField(max_length=2)  # ISO 3166-1 alpha-2
    level = models.CharField(max_length=20, choices=Level)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200)  # place_key(name): to sort and to find
    code = models.CharField(max_length=20)  # the country's official code (INSEE in France)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    ancestor_ids = ArrayField(models.BigIntegerField(), default=list)  # from the country down
    population = models.PositiveIntegerField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "level", "code"], name="places_one_place_per_code"
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="places_country_is_iso2"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="places_point_is_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["key", "id"], name="places_by_name"),
            GinIndex(OpClass(F("key"), name="gin_trgm_ops"), name="places_key_inside"),
            # An index and no column: `point` has no equality, which would break every DISTINCT.
            GistIndex(Point(F("longitude"), F("latitude")), name="places_nearest"),
            GinIndex(fields=["ancestor_ids"], name="places_below"),
        ]

    def __str__(self) -> str:
        return self.name


@impersonal(purpose="Which postcodes serve which places.", fields="id place code")
class Postcode(models.Model):
    """One pair of a place and a postcode: each side may have many of the other."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="postcodes")
    code = models.CharField(max_length=12)  # upper case, single spaces

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "code"], name="places_one_postcode_per_place")
        ]
        indexes = [
            models.Index(OpClass(F("code"), name="varchar_pattern_ops"), name="places_by_postcode")
        ]

    def __str__(self) -> str:
        return self.code
