"""How a person names a place, and how a file lists many."""

from essaim.places.forms.files import PlaceFile, UnreadableFile, read_places
from essaim.places.forms.picking import PlaceField, PlaceInput

__all__ = ["PlaceField", "PlaceFile", "PlaceInput", "UnreadableFile", "read_places"]
