"""A world to try the platform in: its people, the cast to sign in as, the mailbox of all mails."""
