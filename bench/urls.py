from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as pages
from essaim.foundation.http import public

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@public
@never_cache
def empty(_request: HttpRequest) -> HttpResponse:
    """Nothing but the middleware: who is it, may they come in."""
    return HttpResponse("empty\n", content_type="text/plain")


urlpatterns = [*pages, path("bench/empty/", empty, name="empty")]
