"""Words and clicks → calls → shown results. No logic."""
