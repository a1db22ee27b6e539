"""`gridtown listen` that dies after the ledger has a reading and before the broker hears of it: `dying URL`."""

import os
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from paho.mqtt.client import Client  # noqa: E402

from gridtown import town as towns  # noqa: E402
from tests import carriers  # noqa: E402

if __name__ == "__main__":
    town = carriers.grown(towns.current())
    towns.current = lambda: town
    Client.ack = lambda *_: os._exit(9)
    call_command("listen", "--url", sys.argv[1])
