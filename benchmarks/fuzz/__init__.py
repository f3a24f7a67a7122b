"""Bad input by the hundred thousand: `python -m benchmarks.fuzz`. Cases follow from the seed alone."""
