"""The bot's real process, killed at random points while Telegram goes on delivering."""
