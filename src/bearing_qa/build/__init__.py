"""Corpus → a new version of an index: what changed, what is reused, written aside, then switched to."""
