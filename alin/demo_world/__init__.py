"""The fictitious world of the demonstration: never installed in production."""
