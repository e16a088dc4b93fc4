"""What a date has decided: answers that never came, conditions not met."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alin.kit import clock
from alin.kit.actor import SYSTEM
from applications import messages
from applications.models import (
    Candidacy,
    Proposal,
    State,
    SuspensiveCondition,
)
from applications.workflow import (
    TransitionRefused,
    apply_transition,
)

from .access import end_access
from .answers import keep_answer
from .decisions import propose_next

logger = logging.getLogger(__name__)


def expire_due_proposals() -> int:
    """End the proposals whose delay has passed, and pass each home on. Returns how many.

    One transaction each: a fault on one never holds the others. Safe to run twice at once."""
    due = Proposal.objects.filter(answer="", deadline__lte=clock.database_now()).select_related(
        "candidacy"
    )
    return _each(_expire, (proposal.candidacy for proposal in due.order_by("deadline", "pk")))


def _each(step: Callable[[Any], int], rows: Iterable[Any]) -> int:
    """Do a scheduled step on each row; one that fails is logged, and the others go on."""
    done = 0
    for row in rows:
        try:
            done += step(row)
        except Exception:
            logger.exception("%s failed on %s", step.__name__, row.pk)
    return done


@transaction.atomic
def _expire(candidacy: Candidacy) -> int:
    try:
        ended = apply_transition(candidacy, "expire", actor=SYSTEM)
    except TransitionRefused:
        return 0
    keep_answer(ended, Proposal.Answer.EXPIRED)
    end_access(ended)
    messages.tell_applicant(ended, messages.expired(ended))
    propose_next(offer=ended.offer)
    return 1


def lapse_due_conditions() -> int:
    """End the awards whose condition was not met in time, and pass each home on."""
    due = SuspensiveCondition.objects.filter(
        met_at=None, due_at__lte=clock.database_now(), candidacy__state=State.AWARDED_WAITING
    ).select_related("candidacy")
    return _each(_lapse, due.order_by("due_at", "pk"))


@transaction.atomic
def _lapse(condition: SuspensiveCondition) -> int:
    reason = _("La pièce attendue n'a pas été fournie dans le délai : %(piece)s.") % {
        "piece": condition.piece
    }
    try:
        ended = apply_transition(condition.candidacy, "lapse", actor=SYSTEM, reason=reason)
    except TransitionRefused:
        return 0
    end_access(ended)
    messages.tell_applicant(ended, messages.not_awarded(ended, reason))
    propose_next(offer=ended.offer)
    return 1
