"""With whom: communities of every kind, their manifesto, their members, who holds which role."""
