"""From a question to a programme: debates, ideas, support, dated answers, and where every sentence comes from."""
