"""Questions and judged spans → scores → report."""
