"""File → document → sections → passages. Pure text, no arrays."""
