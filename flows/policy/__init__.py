"""When something may be said: due days, working hours, lateness. Decides; sends nothing."""
