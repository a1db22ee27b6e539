"""`gridtown demo`: make the town's database, walk its year, start the server, and say how to sign in."""

import os
import sys
from argparse import ArgumentParser
from datetime import datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from tqdm import tqdm

from gridtown import town as towns
from gridtown.cases import ledger
from gridtown.demo.beside import Beside
from gridtown.demo.checks import faults, scenario_faults, word
from gridtown.demo.scenario import Scenario, read
from gridtown.demo.walk import walk
from gridtown.people import snapshot as people
from gridtown.people.load import demo_accounts, demo_password, load_people
from gridtown.people.roster import on_duty, rotate
from gridtown.places.load import load_places
from gridtown.town import Town, clock
from gridtown.warehouse.refresh import refresh


class Command(BaseCommand):
    """Everything that is done already is found done, so that a second start takes seconds."""

    help = "Make the demo year of the town (synthetic data) and serve it. Safe to stop and start again at any time."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What may be asked for."""
        parser.add_argument("--no-serve", action="store_true", help="make the year and stop")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--days", type=int, help="walk only the first so many days")
        parser.add_argument(
            "--meanwhile",
            metavar="COMMAND",
            help="run this beside the walk; it must have ended well before serving",
        )
        parser.add_argument("--home", type=Path, help="where the data lie (GRIDTOWN_HOME)")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, **options: Any) -> None:
        """Step after step; each says what it does."""
        if options["home"] and options["home"].resolve() != Path(settings.GRIDTOWN_HOME).resolve():
            _again_at(options["home"])
        self.lang, started = options["lang"], perf_counter()
        self.say("demo.checks")
        town, scenario = self.checked(None if options["no_serve"] else options["port"])
        beside = Beside(options["meanwhile"]) if options["meanwhile"] else None
        self.say("demo.database")
        call_command("migrate", verbosity=0)
        # posts are held from the year's first moment on: whoever acts in it has the post
        began = datetime.combine(scenario.year.first, time(), town.zone)
        load_places(town.folder, now=began)
        load_people(town.folder, now=began)
        signins = demo_accounts(town.code, home=Path(settings.GRIDTOWN_HOME), now=began)
        self.say("demo.town", name=town.names[self.lang], posts=len(people.current().posts))
        self.walk(town, scenario, options["days"])
        clock.start_demonstration(morning_after(town, scenario, options["days"]))
        keep_watch(town, now=clock.now())
        self.say("demo.copying")
        ledger.seal_days(now=clock.now())
        refresh(now=clock.now(), town=town)
        if beside and (failed := beside.failed()):
            raise CommandError(word("fault.beside", self.lang, command=options["meanwhile"], said=failed))
        self.say("demo.ready", seconds=round(perf_counter() - started, 1))
        self.say("demo.signins", password=demo_password(Path(settings.GRIDTOWN_HOME)))
        for lines, listed in groupby(signins, lambda signin: signin.line):
            names = [town.say("line", self.lang, line) for line in lines.split()]
            self.stdout.write(f"{' '.join(names) or word('demo.every_line', self.lang)}")
            for signin in listed:
                self.stdout.write(f"  {signin.username:<46} {signin.display}")
        if not options["no_serve"]:
            self.say("demo.address", url=f"http://127.0.0.1:{options['port']}/")
            call_command("serve", port=options["port"])

    def checked(self, port: int | None) -> tuple[Town, Scenario]:
        """The town and its scenario; CommandError naming every fault."""
        town = towns.current()
        if not (town.folder / "scenario.toml").exists():
            raise CommandError(word("fault.no_scenario", self.lang, path=town.folder))
        scenario = read(town.folder)
        found = faults(home=Path(settings.GRIDTOWN_HOME), port=port, lang=self.lang)
        found += scenario_faults(town, scenario, self.lang)
        if found:
            raise CommandError("\n".join(found))
        return town, scenario

    def walk(self, town: Town, scenario: Scenario, days: int | None) -> None:
        """The year, with a bar."""
        self.say("demo.walking", year=scenario.year.first.year)
        span = days or (scenario.year.last - scenario.year.first).days + 1
        with tqdm(
            total=span, unit=word("demo.bar_days", self.lang), file=sys.stderr, leave=False, disable=None
        ) as bar:
            walked = walk(town, days=days, progress=bar.update)
        if walked.repeated:
            self.say("demo.walked_before")
            return
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # the database plans by what is in it now
        self.say("demo.walked", days=walked.days, entries=walked.written)
        if walked.refusals:
            self.say("demo.refused", what=walked.refusals)

    def say(self, key: str, **params: Any) -> None:
        """One line of what is going on, at once."""
        self.stdout.write(word(key, self.lang, **params))
        self.stdout.flush()


def morning_after(town: Town, scenario: Scenario, days: int | None) -> datetime:
    """Half past eight on the day after the walk: when the demonstration's clock begins."""
    span = timedelta(days) if days else scenario.year.last - scenario.year.first + timedelta(1)
    return datetime.combine(scenario.year.first + span, time(8, 30), town.zone)


def keep_watch(town: Town, *, now: datetime) -> None:
    """A week of duty shifts for the demonstration's duty officer, if there are none."""
    officer = people.current().post("duty-officer")
    if officer is None or on_duty(place=town.code, at=now):
        return
    start = now.astimezone(town.zone).replace(hour=8, minute=0, second=0, microsecond=0)
    rotate(place=town.code, post=officer.id, start=start, shifts=14, each=timedelta(hours=12))


def _again_at(home: Path) -> None:
    """Start this command anew with another home: settings are read from it before any command runs."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ["GRIDTOWN_HOME"] = str(home.resolve())
    arguments = [a for a in sys.argv[1:] if a != str(home) and a != "--home" and a != f"--home={home}"]
    os.execv(sys.executable, [sys.executable, "-m", "gridtown", *arguments])  # noqa: S606 - our own command again
