"""GET as xapi answers it (xapi's fileserver.ml): what lies below /opt/xensource/www, to anybody, without a header
about caching, security or the character set."""

import mimetypes
import os
from pathlib import Path

MISSING = ('<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN"> <html><head> <title>404 Not Found</title></head><body> '
           "<h1>Not Found</h1></body></html>")
FORBIDDEN = "<html><body><h1>HTTP 403 forbidden</h1></body></html>"


def answer(www, target, host, plain_http):
    """(status, kind, body, location). `plain_http`: what website-https-only makes of a client without TLS:
    "forbid", "redirect" (XCP-ng), or None where this listener stands for the one with TLS."""
    path = target.partition("?")[0]
    if plain_http == "forbid":
        return "403 Forbidden", "text/html", FORBIDDEN.encode(), None
    if plain_http == "redirect" and host:
        return "301 Moved Permanently", "text/html", b"", f"https://{host}{path}"
    file = Path(os.path.normpath(f"{www}/{path}"))
    if not str(file).startswith(str(www)):
        return "403 Forbidden", "text/html", FORBIDDEN.encode(), None
    if file.is_dir():  # no slash is added: what the page names relatively is looked for beside the directory
        file /= "index.html"
    if not file.is_file():
        return "404 Not Found", "text/html", MISSING.encode(), None
    return "200 OK", mimetypes.guess_type(file)[0] or "application/octet-stream", file.read_bytes(), None
