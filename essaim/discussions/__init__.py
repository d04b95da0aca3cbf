"""Talk: threads with replies, corrections, withdrawal, reports and reasoned moderation."""
