"""The list of what a dossier asks for follows its situation, and remembers how it changed."""

from django.db import transaction

from accounts.models import Dossier
from accounts.queries import household
from alin.kit import clock
from documents import queries, rules
from documents.models import AskedPiece


@transaction.atomic
def follow_situation(*, dossier: Dossier) -> None:
    """Write down what the situation now declared asks for, and what it no longer does. Called in
    the transaction of the change."""
    listed = queries.kinds(clock.today())
    if not listed:
        return
    # Two sections saved at the same instant: who comes second holds a dossier that was read before
    # the first was written.
    dossier = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier.pk)
    today = clock.today()
    members = {member.pk: member for member in household(dossier)}
    declared = rules.situations(dossier, members.values(), today)
    wanted = {
        (each.kind.code, members[each.member_id].public_id if each.member_id else None): each
        for each in rules.required_pieces(listed, declared, today)
    }
    rows = list(AskedPiece.objects.filter(dossier_id=dossier.pk, until=None))
    known = {(row.kind_id, row.member_key): row for row in rows}
    gone = [row.pk for place, row in known.items() if place not in wanted]
    if gone:
        AskedPiece.objects.filter(pk__in=gone).update(until=clock.now())
    at_first = not rows and not AskedPiece.objects.filter(dossier_id=dossier.pk).exists()
    AskedPiece.objects.bulk_create(
        [
            AskedPiece(
                dossier_id=dossier.pk,
                kind_id=code,
                member_key=member_key,
                member_name=str(members[each.member_id]) if each.member_id else "",
                at_first=at_first,
            )
            for (code, member_key), each in wanted.items()
            if (code, member_key) not in known
        ],
    )
