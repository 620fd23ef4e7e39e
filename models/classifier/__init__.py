"""Tone and flags of a text: trained with scikit-learn, served from plain arrays.

The one place beside ``bot/settings.py`` that touches the environment, to write a word for a library
and read nothing: whoever loads the encoder's engine, the bot or a script, comes by here first.
"""

import os

# The engine reports its use to its makers, from Linux too, and keeps a device id in the home
# folder, unless it is told not to before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # noqa: TID251 - told, not read
