"""What the conversation is about, as plain values: facts, events, buttons, outcomes, states."""
