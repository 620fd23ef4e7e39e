"""The two kinds of errors: one that its reader can mend, shown in words; all others are ours."""

from __future__ import annotations


class UserError(Exception):
    """Something the reader can act on.

    ``key`` names the sentence in ``messages``; ``facts`` fill its blanks. ``str(error)`` is a
    plain English line for the log.
    """

    def __init__(self, key: str, **facts: str | int) -> None:
        super().__init__(f"{key} {facts}" if facts else key)
        self.key = key
        self.facts = facts


class StoreUnavailable(UserError):
    """The database cannot be written now (full disk, read-only, locked): nothing was changed."""


class NewerDatabase(UserError):
    """The file was written by a newer version of Cân Tin: it is left alone."""


class BrokenRules(UserError):
    """A rule pack or data file cannot be used; the facts name file, line and reason."""


class BrokenModel(UserError):
    """A model file is damaged or foreign; the facts name it."""
