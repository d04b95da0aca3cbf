from essaim.foundation.models.answers import KeptAnswer
from essaim.foundation.models.facts import Delivery, FactRow
from essaim.foundation.models.files import DroppedFile, StoredFile
from essaim.foundation.models.state import CacheGeneration, RateLimit
from essaim.foundation.models.vocabulary import SearchWord

__all__ = [
    "CacheGeneration",
    "Delivery",
    "DroppedFile",
    "FactRow",
    "KeptAnswer",
    "RateLimit",
    "SearchWord",
    "StoredFile",
]
