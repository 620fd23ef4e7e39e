"""The README's pictures, taken from the sandbox with the real bot: ``make pictures``."""
