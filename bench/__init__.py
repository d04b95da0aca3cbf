"""Benchmarks that anyone can repeat: `make bench`. They print ratios; nothing passes or fails."""
