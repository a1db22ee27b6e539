"""Texts composed from the scenario's small grammar: never anybody's words, and each says that it is made up."""

from random import Random

from gridtown.demo.scenario import Category, Texts
from gridtown.demo.spots import Spot


def description(texts: Texts, category: Category, spot: Spot, chance: Random) -> str:
    """What a made-up reporter says: village, place, thing, trouble, and the mark of made-up data."""
    thing, trouble = _thing(texts, category, chance)
    return f"{spot.village_name}{chance.choice(texts.places)}{thing}{trouble}。{texts.mark}"


def answer(texts: Texts, category: Category, chance: Random) -> str:
    """What a made-up handler answers."""
    thing = chance.choice(category.things).partition("|")[0]
    return f"{thing}{chance.choice(texts.done)}。{texts.mark}"


def _thing(texts: Texts, category: Category, chance: Random) -> tuple[str, str]:
    """A thing and what is the matter with it: its own troubles stand behind a bar, else those of all things."""
    thing, _, own = chance.choice(category.things).partition("|")
    return thing, chance.choice(own.split("/") if own else texts.troubles)
