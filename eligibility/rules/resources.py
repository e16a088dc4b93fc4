"""Which resources of a household count: the rule is that of the dossier, which explains it too."""

from accounts.rules import Basis, ResourcesThatCount, resources_that_count

__all__ = ["Basis", "ResourcesThatCount", "resources_that_count"]
