"""Texts → vectors, and a question with a passage → a reading."""
