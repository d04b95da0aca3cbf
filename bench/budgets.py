"""What pages may cost: `bench/budgets.toml`, and what was dearer than that."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BUDGETS: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("budgets.toml").read_text()
)


@dataclass
class Verdict:
    """Sentences about what is over its budget; none: all is well."""

    over: list[str] = field(default_factory=list)

    def demand(self, fulfilled: bool, otherwise: str) -> None:
        if not fulfilled:
            self.over.append(otherwise)

    def told(self) -> int:
        """Print what is over; the exit code."""
        for sentence in self.over:
            print(f"OVER BUDGET  {sentence}")
        return 1 if self.over else 0
