"""What all stands on: access, facts, panels, jobs, pages, text, search. No word of the domain."""
