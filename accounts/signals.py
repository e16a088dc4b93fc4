"""What accounts tells the rooms above, which it may not know."""

from django.dispatch import Signal

# A dossier changed (keyword `dossier`): sent by the services that write it, once all is written
# and inside their transaction. A listener keeps what it derives from dossiers right; one that
# fails undoes the change, because a derived row that lies is worse than a save to try again.
dossier_changed = Signal()

# Somebody is about to leave a household (keyword `member`): sent before the row goes, inside the
# transaction. What still bears the person then goes with the row.
member_leaves = Signal()

# An access to a dossier has just ended (keyword `dossier`), inside the transaction: whoever waited
# for something of it may be done.
access_ends = Signal()

# Two people share a dossier no more (keyword `member`: who of the household shared it with its
# holder). Sent inside the transaction, while the person is of the household still.
sharing_ends = Signal()
