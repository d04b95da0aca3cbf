"""Who could help with what, and why: gates that nothing passes, then a score, then reasons.

Without Django and without a database: what is known of a need and of an offer comes in, what is
worth telling goes out. `gates.py` says what is out of the question, `skills.py` how near two skills
are, `texts.py` how much two texts have in common, `score.py` adds it up and orders.
"""

from essaim.needs.matching.gates import Gate, Way, closed_gates, way
from essaim.needs.matching.parties import Circumstances, Named, Need, Offer
from essaim.needs.matching.score import (
    WEIGHTS,
    Parts,
    Reason,
    Suggestion,
    Why,
    chance,
    ranked,
    suggestion,
)
from essaim.needs.matching.skills import WORTH, Nearness, likeness
from essaim.needs.matching.texts import telling_words

__all__ = [
    "WEIGHTS",
    "WORTH",
    "Circumstances",
    "Gate",
    "Named",
    "Nearness",
    "Need",
    "Offer",
    "Parts",
    "Reason",
    "Suggestion",
    "Way",
    "Why",
    "chance",
    "closed_gates",
    "likeness",
    "ranked",
    "suggestion",
    "telling_words",
    "way",
]
