"""What is written with the corpus: a draft checked against it."""
