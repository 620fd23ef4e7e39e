"""Reading pages and pictures."""
