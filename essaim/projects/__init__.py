"""From an idea to its effect: projects, their validation, sponsors, gates, logbook and effects."""
