"""Tone and flags of a text: trained with scikit-learn, served from plain arrays."""

import os

# The encoder's engine reports its use to its makers, from Linux too, and keeps a device id in the
# home folder, unless it is told not to before it is loaded; whatever loads it comes by here first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # noqa: TID251 - told, not read
