"""Tests of the sandbox: as strict as Telegram, and a page that works."""
