"""What reaches people: notices in the site, one grouped e-mail a day, and the way out of it."""
