"""A version of an index: catalogue, BM25 and vectors with aligned rows; opened, verified, signed."""
