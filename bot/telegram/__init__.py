"""The channel: updates in, calls out, within its limits. What a message says is decided elsewhere."""
