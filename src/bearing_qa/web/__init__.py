"""The web page, its endpoints for programs, and the server over a library."""
