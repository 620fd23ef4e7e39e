"""The store: SQLite, and the only place that knows it."""
