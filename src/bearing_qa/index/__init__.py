"""Passages ↔ aligned rows in catalogue, BM25 and FAISS; build, open, verify, switch."""
