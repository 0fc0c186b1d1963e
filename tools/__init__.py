"""What is run beside the packages: `make run`, locks, system packages."""
