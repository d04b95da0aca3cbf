"""With whom: communities of every kind, their manifesto, memberships, mandates and audiences."""
