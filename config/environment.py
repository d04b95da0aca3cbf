"""Makes .venv hold what requirements.lock says. It runs before anything is installed.

Standard library only. `python3 config/environment.py` does nothing when nothing changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed"
BYTES_NEEDED = 1_200_000_000


class InTheWayError(Exception):
    """What keeps Essaim from being installed, as a sentence."""


def main() -> int:
    """Install what is missing; 1 and one sentence when that cannot be done."""
    wanted = hashlib.sha256(
        b"\0".join([LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), bytes(ROOT)])
    ).hexdigest()
    try:
        if STAMP.exists() and STAMP.read_text() == wanted and _python_runs():
            return 0
        _refuse_what_cannot_end_well()
        _make()
        _install("-r", str(LOCK))
        _install("--no-deps", "--no-build-isolation", "-e", str(ROOT))
        STAMP.write_text(wanted)
    except InTheWayError as error:
        print(error, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"Essaim may not write to {error.filename}.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _python_runs() -> bool:
    """Whether the environment's Python is still there: an upgrade of the system takes it away."""
    python = VENV / "bin" / "python"
    return python.exists() and os.access(VENV / "bin" / "essaim", os.X_OK)


def _refuse_what_cannot_end_well() -> None:
    if not os.access(VENV if VENV.exists() else ROOT, os.W_OK):
        raise InTheWayError(f"Essaim may not write to {VENV}: use a folder of your own.")
    free = shutil.disk_usage(ROOT).free
    if free < BYTES_NEEDED:
        raise InTheWayError(
            f"The disk that holds {ROOT} has {free // 1_000_000} MB left:"
            f" Essaim needs {BYTES_NEEDED // 1_000_000} MB."
        )


def _make() -> None:
    if (VENV / "bin" / "python").exists() and (VENV / "pyvenv.cfg").exists():
        return
    print("Making .venv …", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    done = _run(command)
    if done.returncode and _bring_venv():
        done = _run(command)
    if done.returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise InTheWayError(
            f"This Python cannot make environments: install its venv module"
            f" (on Debian: apt-get install python{version}-venv)."
        )


def _bring_venv() -> bool:
    """Debian sells Python without venv; root may fetch it."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        return False
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    _run([apt, "update", "-qq"])
    return _run([apt, "install", "-y", "-qq", "--no-install-recommends", package]).returncode == 0


def _install(*what: str) -> None:
    print(f"Installing {what[-1]} …", flush=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "-q"]
    done = _run([*pip, "--disable-pip-version-check", *what])
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if "ERROR" in line]
        if "No space left on device" in done.stdout:
            raise InTheWayError(f"The disk that holds {ROOT} is full.")
        reason = (errors or done.stdout.splitlines() or ["no reason given"])[0]
        raise InTheWayError(f"The packages could not be installed: {reason}")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own commands
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
