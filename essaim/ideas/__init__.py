"""From a question to a programme: debates, ideas, support, dated answers, their sources."""
