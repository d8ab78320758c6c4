"""File formats → lines of text: one paragraph, heading or table row a line, form feeds between pages.

Each reader owns one library and runs in a child process with limits (see ``extract``).
"""
