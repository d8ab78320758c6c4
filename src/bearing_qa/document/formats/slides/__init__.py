"""PowerPoint (.pptx)."""
