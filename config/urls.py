"""Every address of the site; each sub-platform brings its own."""

from django.conf import settings
from django.urls import include, path

from config.api import api

urlpatterns = [
    path("", include("essaim.foundation.urls")),
    path("", include("essaim.design.urls")),
    path("", include("essaim.places.urls")),
    path("", include("essaim.members.urls")),
    path("", include("essaim.outreach.urls")),
    path("", include("essaim.discussions.urls")),
    path("", include("essaim.commitments.urls")),
    path("", include("essaim.needs.urls")),
    path("", include("essaim.events.urls")),
    path("", include("essaim.ideas.urls")),
    path("", include("essaim.projects.urls")),
    path("", include("essaim.insights.urls")),
    path("", include("essaim.communities.urls")),
    path("", include("essaim.home.urls")),
    path("api/v1/", api.urls),
]
if settings.ESSAIM_DEMO:
    urlpatterns.append(path("demo/", include("essaim.demo.urls")))

handler400 = "essaim.design.views.bad_request"
handler403 = "essaim.design.views.refused"
handler404 = "essaim.design.views.not_found"
handler500 = "essaim.design.views.server_error"
