from essaim.insights.views.figures import figures

__all__ = ["figures"]
