"""All macros of `jinja2/design/components/` as one namespace, bound to templates as `ui`."""

from pathlib import Path
from typing import Any

from jinja2 import Environment
from jinja2.runtime import Macro

FOLDER = Path(__file__).parent / "jinja2" / "design" / "components"


class Components:
    """Finds a macro by its name, whatever the file; loads the files when first asked."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._home: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        homes = self.found()
        if name not in homes:
            raise AttributeError(f"No component is called {name!r}.")
        # Through the environment each time: while developing, an edited file is seen at once.
        return getattr(self._env.get_template(homes[name]).module, name)

    def found(self) -> dict[str, str]:
        """Every macro's name and the template that holds it."""
        if not self._home:
            found: dict[str, str] = {}
            for file in sorted(FOLDER.glob("*.html")):
                template = f"design/components/{file.name}"
                for name, value in vars(self._env.get_template(template).module).items():
                    if isinstance(value, Macro) and not name.startswith("_"):
                        if name in found:
                            raise ValueError(f"{name} stands in {found[name]} and in {template}.")
                        found[name] = template
            self._home = found
        return self._home
