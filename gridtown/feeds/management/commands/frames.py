"""`gridtown frames FOLDER`: event precision, recall and delay of the detector on labelled sequences."""

import json
import sys
import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gridtown import town as towns
from gridtown.feeds import frames
from gridtown.kernel.words import flatten, say
from gridtown.lines.lookout.judging import Figures, judge, together

WORDS = flatten(tomllib.loads((Path(frames.__file__).with_suffix(".toml")).read_text("utf-8")))


class Command(BaseCommand):
    """Reads pictures and labels from a folder and writes nothing to the ledger; no picture is kept."""

    help = "Run the lookout's detector over folders of frames with labels; print event precision, recall and delay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the frames are, where the labels, and what looks at them."""
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--labels", type=Path, help="labels.csv or labels.json in the folder, if left out"
        )
        parser.add_argument(
            "--every", type=float, default=60.0, help="seconds between frames whose names tell no time"
        )
        parser.add_argument(
            "--detector", default="", help="module:Class in place of the one in settings.toml"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, folder: Path, labels: Path | None, every: float, **options: Any) -> None:
        """Look at every frame, and say how well."""
        town, lang = towns.current(), options["lang"]
        try:
            pictures = frames.cameras(folder, every=every, zone=town.zone)
            known = frames.labels(labels or _labels(folder), pictures, town.zone)
            uses = options["detector"] or str(town.amounts["lookout"]["detector"])
            found: dict[str, Figures] = {}
            total = sum(map(len, pictures.values()))
            with tqdm(
                total=total, unit=say("frames", lang, WORDS), file=sys.stderr, leave=False, disable=None
            ) as bar:
                for camera, own in pictures.items():
                    seen = []
                    for look in frames.looks(own, frames.detector(uses)):
                        seen.append(look)
                        bar.update()
                    found[camera] = judge(camera, seen, known)
        except frames.Unusable as wrong:
            raise CommandError(say(wrong.key, lang, WORDS, **wrong.params)) from None
        whole = together(found.values())
        if options["as_json"]:
            told = {
                "detector": uses,
                "all": _plain(whole),
                "cameras": {c: _plain(f) for c, f in found.items()},
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for camera, figures in found.items():
            self.stdout.write(_said(camera or say("all", lang, WORDS), figures, lang))
        if len(found) > 1:
            self.stdout.write(_said(say("all", lang, WORDS), whole, lang))


def _labels(folder: Path) -> Path:
    listed = folder / "labels.json"
    return listed if listed.exists() else folder / "labels.csv"


def _plain(figures: Figures) -> dict[str, Any]:
    names = ("alarms", "right", "events", "found", "frames", "unjudged", "hours", "precision", "recall", "delay",
             "false_per_hour")  # fmt: skip
    said = {name: getattr(figures, name) for name in names}
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in said.items()}


def _said(camera: str, figures: Figures, lang: str) -> str:
    def share(value: float | None) -> str:
        return "–" if value is None else f"{value:.0%}"

    return say(
        "said", lang, WORDS, camera=camera, precision=share(figures.precision), recall=share(figures.recall),
        right=figures.right, alarms=figures.alarms, found=figures.found, events=figures.events,
        delay="–" if figures.delay is None else f"{figures.delay:.0f}",
        false="–" if figures.false_per_hour is None else f"{figures.false_per_hour:.2f}",
        frames=figures.frames, unjudged=figures.unjudged,
    )  # fmt: skip
