"""What people look for and what they can give: needs, offers, matches with their reasons, hours."""
