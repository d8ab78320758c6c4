"""Question → hits → answer with citations, or a refusal."""
