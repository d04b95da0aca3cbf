"""Where: a tree of places anywhere in the world, from countries to communes.

A *place* has a country, a level (country, region, department, commune), a code within both, the
place that contains it, and what is known of its people, its postcodes and its point. A postcode may
serve many places, and a place many postcodes: nothing is ever guessed from a postcode's digits.
Places come from files (`essaim import places FILE.csv`); people pick them by name or postcode.
"""
