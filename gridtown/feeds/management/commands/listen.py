"""`gridtown listen`: takes in what devices report over MQTT, until it is told to stop."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gridtown import town as towns
from gridtown.api.saying import say
from gridtown.dispatch.broker import Broker
from gridtown.feeds.mqtt import listen


class Command(BaseCommand):
    """One for each town; it may be ended and begun anew at any time, and nothing is lost meanwhile."""

    help = "Listen at the broker of GRIDTOWN_MQTT_URL for what devices report on gridtown/<line>/<signal>."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where, and in which language reasons are said."""
        parser.add_argument(
            "--url", default=settings.GRIDTOWN_MQTT_URL, help="another broker than the setting's"
        )
        parser.add_argument("--lang", default="zh", choices=("zh", "en"))

    def handle(self, *, url: str, lang: str, **_: Any) -> None:
        """Listen; what is being written is finished first when it is told to stop."""
        if not url:
            raise CommandError(say("listen.where", lang))
        try:
            broker = Broker.of(url)
        except ValueError as wrong:
            raise CommandError(str(wrong)) from None
        over = Event()
        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, lambda *_: over.set())

        def heard() -> None:
            self.stdout.write(say("listen.at", lang, host=broker.host, port=broker.port))
            self.stdout.flush()

        listen(broker, over, name=f"gridtown-{towns.current().code}", lang=lang, heard=heard)
