"""Tuning of the encoder: the only package that knows torch. Public texts in, an adapter out.

Nothing here sees the labelled posts of five kinds by which the model is measured: what they say
of the encoder in cross-validation stays honest without an encoder for every fold.
"""
