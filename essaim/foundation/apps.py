from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class FoundationConfig(AppConfig):
    name = "essaim.foundation"

    def ready(self) -> None:
        """Let every sub-platform register its facts, listeners and panels."""
        for app in apps.get_app_configs():
            if app.name.startswith("essaim."):
                for module in ("facts", "listeners", "panels"):
                    if find_spec(f"{app.name}.{module}"):
                        import_module(f"{app.name}.{module}")
