"""Links to elsewhere, which somebody else has written."""


def web_address(address: str) -> str:
    """The address when it is a page's, else nothing: what was imported never leads to a script."""
    return address if address.lower().startswith(("https://", "http://")) else ""
