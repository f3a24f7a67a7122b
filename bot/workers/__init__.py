"""What happens by itself: rows that are due, files to fetch. Each worker is woken, and looks for its rows."""
