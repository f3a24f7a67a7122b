"""For the operator: the state of an installation, logs, copies of evidence."""
