"""The security headers of every answer, errors included."""

from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "font-src 'self'; manifest-src 'self'"
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
# For a page that reads codes: of its own, nobody else's.
WITH_CAMERA = PERMISSIONS_POLICY.replace("camera=()", "camera=(self)")
CONSTANT = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@cache
def content_security_policy(tiles: str) -> str:
    """Nobody else's server, but that of the tiles where whoever runs the site named one."""
    parts = urlsplit(tiles.replace("{s}", "*"))
    if not (parts.scheme and parts.netloc):
        return CONTENT_SECURITY_POLICY
    return CONTENT_SECURITY_POLICY.replace(
        "img-src 'self' data:", f"img-src 'self' data: {parts.scheme}://{parts.netloc}"
    )


class SecurityHeaders:
    """Sets what never changes, and keeps what one person sees out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in CONSTANT.items():
            response.headers[name] = value
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault(  # a file's own is stricter
            "Content-Security-Policy", content_security_policy(settings.ESSAIM_TILES)
        )
        if not request.path_info.startswith(settings.STATIC_URL):
            patch_vary_headers(response, ("Cookie",))
            if is_personal(request, response):
                response.headers["Cache-Control"] = "private, no-store"
            else:
                response.headers.setdefault("Cache-Control", "no-cache")
        return response


def is_personal(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this answer is for one person: a session or a token of the API, a cookie being set,
    or a form's token."""
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or "Authorization" in request.headers
        or bool(response.cookies)
        or bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))
    )
