"""How the reader is made: questions, groups of passages, training, export, calibration. Not part of the installed package."""
