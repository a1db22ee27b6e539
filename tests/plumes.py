"""Made-up pictures of fields under a sky, with plumes, clouds, shadows and glare; no town's and nobody's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import exp

import numpy as np

from gridtown.lines.lookout.detect import HEIGHT, WIDTH, Frame

Light = np.ndarray


@dataclass(frozen=True)
class Plume:
    """Smoke that rises from a foot (pixels) from a frame on; density: how little shines through at its foot."""

    x: float
    y: float
    begins: int
    lasts: int = 12
    density: float = 0.7
    wind: float = 0.5  # pixels to the right for each pixel up
    grows: float = 9.0  # pixels up a frame
    shade: float = 190.0


@dataclass
class Land:
    """One view, always the same by its seed: sky, hills, fields with texture, trees that sway."""

    seed: int = 0
    plumes: tuple[Plume, ...] = ()
    noise: float = 2.5  # grey levels of the sensor
    clouds: int = 3
    shadows: int = 1
    vehicles: int = 2
    haze: float = 0.0
    glare: tuple[int, int, frozenset[int]] | None = None  # where, and in which frames, the sun is mirrored
    grey: bool = False
    _land: Light = field(init=False)

    def __post_init__(self) -> None:
        """Lay the land out."""
        chance = np.random.default_rng(self.seed)
        self._chance = np.random.default_rng(self.seed + 1)
        rows = np.arange(HEIGHT, dtype=np.float64)[:, None]
        columns = np.arange(WIDTH, dtype=np.float64)[None, :]
        self.horizon = 70 + 12 * np.sin(columns / 47 + self.seed) + 6 * np.sin(columns / 19 + 2 * self.seed)
        sky = np.stack([150 + 0.3 * rows, 180 + 0.25 * rows, 225 + 0.1 * rows], axis=2) + np.zeros(
            (1, WIDTH, 1)
        )
        coarse = chance.uniform(0, 1, (HEIGHT // 12, WIDTH // 16))
        fields = np.kron(coarse, np.ones((12, 16)))[:HEIGHT, :WIDTH]
        fine = chance.normal(0, 1, (HEIGHT, WIDTH))
        texture = 14 * fields + 9 * fine * (0.4 + 0.6 * (rows - 60).clip(0) / HEIGHT)
        ground = np.stack([70 + texture * 1.1, 95 + texture * 1.2, 48 + texture * 0.7], axis=2)
        far = np.exp(-((rows - self.horizon) / 60.0).clip(0))[:, :, None] * 0.45
        ground = ground * (1 - far) + far * np.array([160.0, 175.0, 195.0])
        self.below = rows >= self.horizon
        self._land = np.where(self.below[:, :, None], ground, sky)
        self._drift = chance.uniform(1.5, 4.0, 8)
        self._where = chance.uniform(0, 1, (8, 2))
        self._trees = chance.integers(0, WIDTH, 12), chance.integers(130, HEIGHT, 12)

    def frames(self, many: int) -> Iterator[Frame]:
        """So many frames, a minute apart."""
        for n in range(many):
            yield self.frame(n)

    def frame(self, n: int) -> Frame:
        """The n-th frame."""
        light = self._land * (1.0 + 0.05 * np.sin(n / 9.0 + self.seed))
        for one in range(self.clouds):
            light = self._cloud(light, one, n)
        for one in range(self.shadows):
            light = self._shadow(light, one, n)
        light = self._moving(light, n)
        for plume in self.plumes:
            light = _smoke(light, plume, n, self.seed)
        if self.haze:
            thick = self.haze * (1 - exp(-n / 30.0)) * self.below[:, :, None]
            light = light * (1 - thick) + thick * 185.0
        if self.glare and n in self.glare[2]:
            x, y, _ = self.glare
            light[y - 10 : y, x - 12 : x + 12] = light[y - 10 : y, x - 12 : x + 12] * 0.25 + 180.0
        light = light + self._chance.normal(0, self.noise, light.shape)
        if self.grey:
            light = light.mean(axis=2, keepdims=True).repeat(3, axis=2)
        return light.clip(0, 255).astype(np.uint8)

    def _cloud(self, light: Light, one: int, n: int) -> Light:
        """White or dark, over the sky and in front of nothing, moving."""
        x = (self._where[one, 0] * WIDTH + self._drift[one] * n) % (WIDTH + 120) - 60
        y = self._where[one, 1] * 45 + 5
        shade = 248.0 if one % 2 == 0 else 135.0
        thick = _blob(x, y, 34.0, 9.0)[:, :, None] * 0.8 * ~self.below[:, :, None]
        return light * (1 - thick) + thick * shade

    def _shadow(self, light: Light, one: int, n: int) -> Light:
        """A cloud's shadow that goes over the fields."""
        x = (self._where[one + 4, 0] * WIDTH + 6 * self._drift[one] * n) % (WIDTH + 200) - 100
        dark = _blob(x, 150.0 + 40 * one, 60.0, 25.0)[:, :, None] * 0.35 * self.below[:, :, None]
        return light * (1 - dark)

    def _moving(self, light: Light, n: int) -> Light:
        """Trees that sway, and vehicles: small, sharp, never twice in one place."""
        light = light.copy()
        for x, y in zip(*self._trees, strict=True):
            sway = round(2 * float(np.sin(n * 1.7 + x)))
            left = int(np.clip(x + sway, 0, WIDTH - 9))
            light[y - 9 : y, left : left + 8] = light[y - 9 : y, left : left + 8] * 0.6
        for one in range(self.vehicles):
            x = int((37 * n * (one + 1) + 91 * one) % (WIDTH - 6))
            light[176 + 18 * one : 179 + 18 * one, x : x + 6] = (235.0, 235.0, 230.0)
        return light


def _blob(x: float, y: float, wide: float, high: float) -> Light:
    rows, columns = np.arange(HEIGHT)[:, None], np.arange(WIDTH)[None, :]
    return np.exp(-(((columns - x) / wide) ** 2 + ((rows - y) / high) ** 2))


def _smoke(light: Light, plume: Plume, n: int, seed: int) -> Light:
    """Puffs over each other, wider and thinner the higher, never twice alike."""
    age = n - plume.begins
    if not 0 <= age < plume.lasts:
        return light
    chance = np.random.default_rng(1000 * seed + n)
    height = min(plume.grows * (age + 1.5), 90.0)
    thick = np.zeros((HEIGHT, WIDTH))
    for up in np.linspace(0, height, 14):
        size = 3.0 + 0.22 * up + chance.uniform(0, 1.5)
        puff = _blob(plume.x + plume.wind * up + chance.normal(0, 1.5), plume.y - up - 3, size, size * 0.9)
        thick = 1 - (1 - thick) * (1 - plume.density * exp(-up / 70.0) * puff)
    return light * (1 - thick[:, :, None]) + thick[:, :, None] * plume.shade
