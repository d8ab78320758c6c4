"""Answers and citations to take away: Markdown, Word, Excel, GB/T 7714; every text that people are shown."""
