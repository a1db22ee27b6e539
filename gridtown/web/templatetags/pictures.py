"""Tags that show pictures of figures, each with its table behind it (`gridtown.web.pictures`).

    {% load pictures %}
    {% chart c %}        a Chart: drawn by the browser; without a script its table is there
    {% multiples m %}    Multiples: many little charts on one scale
    {% choropleth m %}   a map by village

Any page may use them: build the picture in the view (values as numbers in their own unit, and as they are written),
put it into the context, load the tags. Nothing else is needed: the script is fetched when a chart comes into sight.
"""

from typing import Any

from django import template

from gridtown.web import pictures

register = template.Library()


@register.inclusion_tag("web/parts/chart.html", takes_context=True)
def chart(context: template.Context, chart: pictures.Chart) -> dict[str, Any]:
    """A chart over months, years or villages."""
    return {"chart": chart, "lang": context.get("lang", "zh")}


@register.inclusion_tag("web/parts/multiples.html", takes_context=True)
def multiples(context: template.Context, multiples: pictures.Multiples) -> dict[str, Any]:
    """Many little charts on one scale."""
    return {"multiples": multiples, "lang": context.get("lang", "zh")}


@register.inclusion_tag("web/parts/choropleth.html", takes_context=True)
def choropleth(context: template.Context, choropleth: pictures.Choropleth) -> dict[str, Any]:
    """A map by village; the numbers stand on it and in the table."""
    return {"map": choropleth, "lang": context.get("lang", "zh")}
