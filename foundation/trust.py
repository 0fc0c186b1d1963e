"""TLS trusts whom this machine trusts: its own store of certificate authorities, internal ones included."""

import ssl


def machine() -> ssl.SSLContext:
    """A client's context with the machine's authorities (``update-ca-certificates``).

    httpx by itself knows only those of the certifi package: a feed behind an internal one was never read.
    """
    return ssl.create_default_context()
