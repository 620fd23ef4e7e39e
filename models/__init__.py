"""What Cân Tin knows and decides: plain Python, no messenger, no clock, no environment read."""
