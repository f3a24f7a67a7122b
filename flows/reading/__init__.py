"""What people type, read: figures, dates, units, names, sentences. Ambiguity is a value, never a guess."""
