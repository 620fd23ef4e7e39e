"""Fakes we wrote ourselves."""
