"""The peers of the text kernels of `filter`, and what it takes to measure both sides in one run."""
