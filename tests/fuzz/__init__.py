"""Whatever Telegram, or somebody who speaks in its name, may send."""
