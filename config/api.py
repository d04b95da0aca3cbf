"""The API of what is public, under /api/v1; each sub-platform brings a router."""

from importlib.util import find_spec

from ninja import NinjaAPI

api = NinjaAPI(
    title="Essaim",
    version="1",
    description="What everyone may read: communities, debates, ideas, answers and programmes.",
    docs_url=None,
    urls_namespace="api",
)

for package in ("places", "communities", "ideas"):
    if find_spec(f"essaim.{package}.api"):
        api.add_router("", f"essaim.{package}.api.router")
