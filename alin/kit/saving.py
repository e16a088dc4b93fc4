"""Saving rows whose truths the database holds, once: asking it each constraint before, as
`full_clean` does, costs a statement for each and decides nothing."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

Row = TypeVar("Row", bound=models.Model)


def save_checked(row: models.Model) -> None:
    """Raises ValidationError by field, in the words of the constraint that the row breaks too."""
    check_fields(row)
    with transaction.atomic():
        _in_words(type(row), row.save)


def create_checked(model: type[Row], rows: Sequence[Row]) -> list[Row]:
    """The same for many new rows, in a few statements."""
    for row in rows:
        check_fields(row)
    with transaction.atomic():
        made: list[Row] = _in_words(
            model, lambda: model._default_manager.bulk_create(rows, batch_size=500)
        )
    return made


def update_checked(rows: Sequence[models.Model], fields: Collection[str]) -> None:
    """The same for many rows of one table that exist, of which `fields` alone may have changed."""
    for row in rows:
        check_fields(row)
    if rows:
        model = type(rows[0])
        with transaction.atomic():
            _in_words(
                model,
                lambda: model._default_manager.bulk_update(rows, list(fields), batch_size=200),
            )


def check_fields(row: models.Model) -> None:
    """Each field by itself; keys of other rows are known to the database."""
    row.clean_fields(exclude={each.name for each in row._meta.concrete_fields if each.is_relation})


def _in_words(model: type[models.Model], write: Any) -> Any:
    try:
        return write()
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        for constraint in model._meta.constraints:
            if constraint.name == name:
                said = constraint.get_violation_error_message()
                raise ValidationError({_field_of(constraint, model): [said]}) from error
        raise


def _field_of(constraint: models.BaseConstraint, model: type[models.Model]) -> str:
    """The field to correct, which a constraint names by its code."""
    code = constraint.violation_error_code
    return code if code in {each.name for each in model._meta.fields} else NON_FIELD_ERRORS
