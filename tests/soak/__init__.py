"""Tests that run for long: ``make soak``, one part a module."""
