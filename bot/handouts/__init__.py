"""What a meeting hands out on paper: invitations to be cut, and two pages for contacts."""
