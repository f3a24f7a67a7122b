"""Papers: made as files and read back as whoever gets them would."""
