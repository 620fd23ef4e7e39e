"""Starts things: the command line, settings, wiring, receiving, sending."""

VERSION = "0.1.0"
