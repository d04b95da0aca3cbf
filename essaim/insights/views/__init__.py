from essaim.insights.views.figures import figures
from essaim.insights.views.ladder import (
    estimate,
    estimate_withdraw,
    kind,
    ladder,
    targets,
)
from essaim.insights.views.own import own
from essaim.insights.views.rating import rating, rating_open

__all__ = [
    "estimate",
    "estimate_withdraw",
    "figures",
    "kind",
    "ladder",
    "own",
    "rating",
    "rating_open",
    "targets",
]
