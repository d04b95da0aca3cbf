"""Who: a person's account, profile, consents, archive and erasure. A member judges only themself here."""
