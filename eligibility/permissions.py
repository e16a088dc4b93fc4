"""Who may change the figures of the law."""

import rules

from accounts.permissions import is_operator

rules.add_perm("eligibility.publish_ceilings", is_operator)
