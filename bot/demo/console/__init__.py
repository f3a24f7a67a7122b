"""`peduli-ham demo --console`: the demo in a terminal, or from a pipe."""
