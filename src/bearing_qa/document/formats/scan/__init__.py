"""Scanned pages: their text recognised from the picture, with the confidence of each line."""
