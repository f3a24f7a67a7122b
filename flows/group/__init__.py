"""What is shown where many read: boards in groups, cards in any chat."""
