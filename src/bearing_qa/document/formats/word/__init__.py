"""Word files (.docx, .docm)."""
