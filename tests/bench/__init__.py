"""Speed, printed and never asserted: ``make bench``."""
