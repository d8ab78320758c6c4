"""PDF with a text layer; lines and tables by their places, which OFD shares."""
