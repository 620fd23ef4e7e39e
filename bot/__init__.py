"""Starts things: the command line, settings, wiring, receiving, sending."""

import os

VERSION = "0.1.0"

# The encoder's engine reports its use to its makers, from Linux too, and keeps a device id in the
# home folder, unless it is told not to before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # noqa: TID251 - told, not read
