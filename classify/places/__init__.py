"""Places named in a message: streets, neighbourhoods and landmarks of the municipality's own gazetteer, as residents write them."""

from classify.places.gazetteer import Found, Gazetteer, Locate

__all__ = ["Found", "Gazetteer", "Locate"]
