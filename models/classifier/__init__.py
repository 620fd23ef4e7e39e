"""Tone and flags of a text: trained with scikit-learn, served from plain arrays."""
