"""Logs in tests go the way they go in production: no local variables, no secrets."""

from __future__ import annotations

import models.classifier  # noqa: F401 - tests load the encoder's engine themselves: not before it
from bot.logs import set_up

set_up("console", "warning")
