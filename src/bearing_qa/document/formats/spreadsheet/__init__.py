"""Spreadsheets: Excel old and new, WPS, separated values → sheets as they are shown → lines."""
