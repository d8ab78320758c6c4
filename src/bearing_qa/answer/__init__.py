"""Hits → a short answer of exact slices with citations, or a refusal with its reason."""
