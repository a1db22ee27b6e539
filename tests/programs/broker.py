"""A real MQTT broker on a port of this machine, until it is ended: `broker PORT`."""

import asyncio
import sys

from amqtt.broker import Broker


async def main(port: str) -> None:
    """Whoever says a name is let in; it forgets the sessions of the nameless."""
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": False}}
    listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}
    await Broker({"listeners": listeners, "plugins": plugins}).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
