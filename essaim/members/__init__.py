"""Who: a person's account, profile, consents, archive and erasure. Here one judges only oneself."""
