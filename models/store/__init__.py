"""The store: SQLite, and the only place that knows it."""

from models.store.sqlite import SqliteStore, open_store

__all__ = ["SqliteStore", "open_store"]
