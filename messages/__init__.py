"""Every word and picture a person sees."""
