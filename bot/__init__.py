"""Starts things: the command line, settings, wiring, receiving, sending."""
