"""Honest figures: who comes, acts and goes; the ladder; how a community rates itself once a year.

It counts what the floors below recorded and keeps numbers only: nobody is ranked, and nobody but
the person sees where one person stands.
"""
