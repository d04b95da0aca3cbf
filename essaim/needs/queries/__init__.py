from essaim.needs.queries.board import needs_now

__all__ = ["needs_now"]
