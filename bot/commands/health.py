"""``health``: asks the running bot how it is, for operators and for a container's health check."""

from __future__ import annotations

import http.client

from bot.commands import output
from bot.settings import load, nearby

_SECONDS = 10.0


def health() -> int:
    """Print the status page's answer; 0 when all is well, 1 when not or when nobody answers."""
    place = load().metrics_place
    if place is None:
        output.tell("status_off")
        return 1
    host, port = place
    # Straight there: an office's proxy has no business on this machine.
    connection = http.client.HTTPConnection(nearby(host), port, timeout=_SECONDS)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        output.text(answer.read().decode())
    except (OSError, http.client.HTTPException):
        output.tell("status_silent", address=f"{host}:{port}")
        return 1
    finally:
        connection.close()
    return 0 if answer.status == http.HTTPStatus.OK else 1
