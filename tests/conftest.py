"""Logs in tests go the way they go in production: no local variables, no secrets."""

from __future__ import annotations

from bot.logs import set_up

set_up("console", "warning")
