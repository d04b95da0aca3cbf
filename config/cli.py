"""The command `essaim`: all that is done from a keyboard."""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

from config import processes
from config.words import _, language

DISK_FULL = "53100"  # PostgreSQL's code
Command = Callable[[argparse.Namespace], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; whatever is in its way is told in a sentence, with exit code 1."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    # Django's commands read their own options.
    if given[:1] == ["manage"]:
        given.insert(1, "--")
    elif given[:1] == ["import"] and len(given) > 1 and not given[1].startswith("-"):
        given.insert(2, "--")
    chosen = _parser().parse_args(given)
    command: Command = chosen.command
    try:
        with processes.stoppable():
            command(chosen)
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="essaim", description=_("Essaim, from the keyboard."))
    commands = parser.add_subparsers(required=True, metavar=_("COMMAND"))

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(command=command)
        return made

    demo = add("demo", _demo, _("Prepare everything, load the demo world and serve it."))
    serve = add("serve", _serve, _("Serve the site."))
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--workers", type=int, default=None, help=_("web processes: cores + 1"))
    for served in (demo, serve):
        served.add_argument("--port", type=int, default=_port_of_environment())
    add("worker", _worker, _("Do the work that waits in the queue and what the clock asks for."))
    add("migrate", _migrate, _("Bring the database up to this version."))

    tokens = add("token", _token_create, _("Keys of the API: essaim token create …"))
    making = tokens.add_subparsers(required=True, metavar=_("COMMAND"))
    words = _("Make a token for a member and print it, this once.")
    create = making.add_parser("create", help=words, description=words)
    create.add_argument("--member", required=True, metavar=_("E-MAIL"))
    create.add_argument("--name", default="essaim token create", help=_("what it is for"))
    create.add_argument(
        "--scope",
        action="append",
        help=_("may be given several times; read alone when it is not given"),
    )
    create.add_argument("--days", type=int, default=90)

    imports = add("import", _import, _("Bring in data: essaim import places FILE."))
    imports.add_argument("source", help=_("places, decidim …"))
    manage = add("manage", _manage, _("Any of Django's commands."))
    for passing in (imports, manage):
        passing.add_argument("rest", nargs="*", help=_("what the command itself understands"))
    return parser


def _port_of_environment() -> str:
    # A text: argparse then says itself what is wrong with it.
    return os.environ.get("PORT") or "8000"


def _set_up() -> None:
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language())


def _call(name: str, *arguments: str) -> None:
    """One Django command on a running database."""
    from django.core.management import call_command

    from essaim.foundation.embedded_postgres import database_running

    _set_up()
    with database_running():
        call_command(name, *arguments)


def _demo(chosen: argparse.Namespace) -> None:
    address = f"http://127.0.0.1:{chosen.port}"
    os.environ["ESSAIM_URL"] = address
    os.environ["ESSAIM_STATIC_COLLECTED"] = "true"
    processes.refuse_busy_port("127.0.0.1", chosen.port)
    _set_up()

    from django.core.management import call_command, get_commands

    from essaim.foundation.embedded_postgres import database_running

    with database_running(), processes.Processes() as running:
        _say(_("The database is running; preparing the demo world…"))
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if "load_demo" in get_commands():
            call_command("load_demo")
        running.start("web", *processes.web_command("127.0.0.1", chosen.port, None))
        running.start("worker", *processes.worker_command())
        processes.wait_until_ready(running, chosen.port)
        _say(f"\nEssaim is ready at {address}/\n")  # in one language: scripts wait for it
        _tell_how_to_enter(address)
        _until_one_ends(running)


def _tell_how_to_enter(address: str) -> None:
    if find_spec("essaim.demo.cast") is None:
        return
    rows = [tuple(str(cell) for cell in row) for row in import_module("essaim.demo.cast").cast()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        _say(f"  {line.rstrip()}")
    _say(
        _(
            "\nTo sign in, give one of these addresses at %(address)s/enter/: the six-digit code"
            " arrives at %(address)s/demo/mailbox\nCtrl-C stops everything."
        )
        % {"address": address}
    )


def _serve(chosen: argparse.Namespace) -> None:
    processes.refuse_busy_port(chosen.host, chosen.port)
    _set_up()

    from essaim.foundation.embedded_postgres import database_running

    with database_running(), processes.Processes() as running:
        running.start("web", *processes.web_command(chosen.host, chosen.port, chosen.workers))
        _say(_("Serving at http://%(host)s:%(port)s/") % {"host": chosen.host, "port": chosen.port})
        _until_one_ends(running)


def _until_one_ends(running: processes.Processes) -> None:
    name = running.wait()
    raise processes.CannotRunError(_("The process %(name)s ended by itself.") % {"name": name})


def _worker(_chosen: argparse.Namespace) -> None:
    _set_up()

    from essaim.foundation import jobs
    from essaim.foundation.embedded_postgres import database_running

    with database_running():
        jobs.work()


def _migrate(_chosen: argparse.Namespace) -> None:
    _call("migrate")


def _import(chosen: argparse.Namespace) -> None:
    from django.core.management import get_commands

    _set_up()
    known = sorted(name.removeprefix("import_") for name in get_commands() if "import_" in name)
    if chosen.source not in known:
        raise processes.CannotRunError(
            _("Essaim cannot import %(source)s, only: %(known)s.")
            % {"source": chosen.source, "known": ", ".join(known)}
        )
    _call(f"import_{chosen.source}", *chosen.rest)


def _token_create(chosen: argparse.Namespace) -> None:
    from django.core.exceptions import ValidationError

    from essaim.foundation.embedded_postgres import database_running

    _set_up()

    from essaim.foundation.access import Refused
    from essaim.members.actions import make_token
    from essaim.members.models import Member, Scope

    asked = chosen.scope or [Scope.READ.value]
    if unknown := set(asked) - set(Scope.values):
        raise processes.CannotRunError(
            _("There is no scope %(unknown)s, only: %(known)s.")
            % {"unknown": ", ".join(sorted(unknown)), "known": ", ".join(Scope.values)}
        )
    with database_running():
        member = Member.objects.filter(email=chosen.member.strip().lower()).first()
        if member is None:
            raise processes.CannotRunError(
                _("Nobody here has the address %(email)s.") % {"email": chosen.member}
            )
        try:
            _token, text = make_token(
                member=member, name=chosen.name, scopes=asked, days=chosen.days
            )
        except ValidationError as error:
            raise processes.CannotRunError(" ".join(error.messages)) from error
        except Refused as error:
            raise processes.CannotRunError(str(error.reason)) from error
    _say(text)


def _manage(chosen: argparse.Namespace) -> None:
    from django.core.management import ManagementUtility

    from essaim.foundation.embedded_postgres import database_running

    _set_up()
    with database_running():
        ManagementUtility(["essaim manage", *chosen.rest]).execute()


def _say(text: str) -> None:
    print(text, flush=True)


def _sentence(error: BaseException) -> str | None:
    """What is in the way, for errors that are nobody's bug."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import OperationalError

    from essaim.foundation.embedded_postgres import DatabaseUnavailableError

    if isinstance(
        error,
        processes.CannotRunError | DatabaseUnavailableError | CommandError | ImproperlyConfigured,
    ):
        return str(error)
    full = getattr(error.__cause__, "sqlstate", None) == DISK_FULL
    if full or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        return _("The disk is full.")
    if isinstance(error, PermissionError | FileNotFoundError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, OperationalError):
        return _("The database does not answer: %(reason)s") % {"reason": str(error).strip()}
    return None


if __name__ == "__main__":
    sys.exit(main())
