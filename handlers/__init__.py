"""A messenger on one side, the desk on the other."""
