"""What a request's address names, as far as its reader may see it: all else is 404."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from essaim.communities.readers import Reader, reader_of
from essaim.foundation.http.missing import or_404
from essaim.projects.models import Project
from essaim.projects.queries import logbook as queries


def find_project(request: HttpRequest, public_id: str) -> tuple[Reader, Project]:
    reader = reader_of(request)
    return reader, or_404(queries.project_named(reader, public_id))


def with_errors(form: forms.Form, error: ValidationError, **renamed: str) -> None:
    """What an action refused, beside the form's fields; what none has, above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.message_dict.items():
        shown: Any = renamed.get(name, name)
        form.add_error(shown if shown in form.fields else None, messages)
