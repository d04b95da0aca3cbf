"""What is owed: to whom, by which role, by when; kept, late or cancelled, for all to see."""
