"""What is asked of a fit: which rows count for what, by which method, how it runs."""
