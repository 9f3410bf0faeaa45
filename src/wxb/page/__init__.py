"""Results as pages: what a notebook shows of them, and the report of a line as one HTML file."""
