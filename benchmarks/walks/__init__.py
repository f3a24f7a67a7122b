"""Random walks through all flows against a plain model of the record: `python -m benchmarks.walks`."""
