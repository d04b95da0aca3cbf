from essaim.needs.queries.board import (
    Filters,
    NeedLine,
    OfferLine,
    board,
    needs_now,
    offers_on_board,
)

__all__ = [
    "Filters",
    "NeedLine",
    "OfferLine",
    "board",
    "needs_now",
    "offers_on_board",
]
