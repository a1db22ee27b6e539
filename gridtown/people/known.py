"""The places of now, which the cells of a town's sheets may name."""

from django.db.models import Max

from gridtown.places.models import Division, Generation, Grid


def places_now(town: str) -> dict[str, str]:
    """The town, its villages and the grids of the present drawing: code -> name; three queries."""
    divisions = Division.objects.filter(code__startswith=town, current=True).order_by("code")
    places = {division.code: division.short for division in divisions}
    newest = Generation.objects.filter(town=town).aggregate(number=Max("number"))["number"]
    grids = Grid.objects.filter(town=town, generation__number=newest).order_by("code")
    named = grids.values_list("code", "village", "name")
    return places | {code: f"{places.get(village, village)} {name}" for code, village, name in named}
