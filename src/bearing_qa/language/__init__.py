"""The Chinese language as this program knows it: characters, words, figures, what words mean and how they sound."""
