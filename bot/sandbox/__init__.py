"""A Telegram Bot API server on loopback with a chat page: to try the bot without a token."""
