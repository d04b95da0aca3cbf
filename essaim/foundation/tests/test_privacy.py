import pytest
from django.apps import apps
from django.db import models

from essaim.foundation.privacy import REGISTER, Erasure

OURS = [model for model in apps.get_models() if model.__module__.startswith("essaim.")]


def column_names(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.local_fields} | {
        field.name
        for field in model._meta.local_many_to_many
        if field.remote_field.through and field.remote_field.through._meta.auto_created
    }


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_field_is_declared_and_nothing_else_is(model: type[models.Model]) -> None:
    assert model in REGISTER, f"{model.__name__} carries neither @personal nor @impersonal"
    assert REGISTER[model].fields == column_names(model)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_each_declaration_says_why_and_can_be_carried_out(model: type[models.Model]) -> None:
    declared = REGISTER[model]
    assert declared.purpose
    lists = (declared.exported, declared.other)
    assert not lists[0] & lists[1], "a field is either exported or not"
    if declared.on_erasure is Erasure.KEEP:
        assert declared.reason, "what is kept after an erasure needs a reason"
    for name in declared.blanked:
        field = model._meta.get_field(name)
        assert isinstance(field, models.Field)
        assert field.null or field.empty_strings_allowed, f"{name} cannot be emptied"
