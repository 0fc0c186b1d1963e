"""Tools are run beside the packages: `make run`, `make docs`, locks, the bill of materials, packages."""
