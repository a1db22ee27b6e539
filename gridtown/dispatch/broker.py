"""Where devices report over MQTT, as GRIDTOWN_MQTT_URL says it."""

import socket
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

PATIENCE = 3.0  # seconds that a look at the broker may take


@dataclass(frozen=True)
class Broker:
    """Where to listen: mqtt://user:password@host:port, or mqtts:// (`?ca=FILE` for an authority of one's own)."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    ca: str | None = None

    @classmethod
    def of(cls, url: str) -> "Broker":
        """The broker of a GRIDTOWN_MQTT_URL; ValueError for anything else."""
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError("GRIDTOWN_MQTT_URL must look like mqtt://user:password@host:1883 or mqtts://…")
        tls = parts.scheme == "mqtts"
        port = parts.port or (8883 if tls else 1883)
        ca = parse_qs(parts.query).get("ca", [None])[0]
        return cls(
            parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls, ca
        )

    def reached(self) -> str:
        """Why nothing answers at its address; "" when something does. It is not signed in there."""
        try:
            socket.create_connection((self.host, self.port), PATIENCE).close()
        except OSError as why:
            return str(why)
        return ""
