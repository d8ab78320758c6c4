"""Retrievers for other frameworks, each in one module that needs its framework installed."""
