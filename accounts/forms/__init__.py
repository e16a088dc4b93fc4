"""What people type, its messages and its limits. Nothing here writes."""

from .account import SignupForm

__all__ = ["SignupForm"]
