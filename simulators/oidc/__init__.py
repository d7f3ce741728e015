"""A provider of OpenID Connect for tests and the demonstration: asks nobody, and lies on demand."""
