"""What xapi's rpclib writes and reads: JSON-RPC v1 and v2, XML-RPC (plugin/host/README.md,
"xapi's replies")."""

import json
import xml.etree.ElementTree
from xml.sax.saxutils import escape


class XapiError(Exception):
    """[CODE, parameters...]"""

    def __init__(self, *description):
        super().__init__(*description)
        self.description = list(description)


def xml_value(value):
    """Strings and integers bare; the keys of a map are NOT escaped, as rpclib leaves them."""
    if value is None:
        return "<value><nil/></value>"
    if isinstance(value, bool):
        return f"<value><boolean>{int(value)}</boolean></value>"
    if isinstance(value, float):
        return f"<value><double>{value}</double></value>"
    if isinstance(value, dict):
        members = "".join(f"<member><name>{k}</name>{xml_value(v)}</member>" for k, v in value.items())
        return f"<value><struct>{members}</struct></value>"
    if isinstance(value, list):
        return f"<value><array><data>{''.join(map(xml_value, value))}</data></array></value>"
    return f"<value>{escape(str(value), {chr(34): '&quot;'})}</value>"


def xml_response(result=None, error=None):
    reply = {"Status": "Success", "Value": result}
    if error is not None:
        reply = {"Status": "Failure", "ErrorDescription": error}
    return ('<?xml version="1.0"?><methodResponse><params><param>' + xml_value(reply)
            + "</param></params></methodResponse>")


def read_xml_value(value):
    if len(value) == 0:
        return value.text or ""
    typed = value[0]
    if typed.tag == "struct":
        return {m.findtext("name") or "": read_xml_value(m.find("value")) for m in typed}
    if typed.tag == "array":
        return [read_xml_value(item) for item in typed.find("data")]
    if typed.tag == "boolean":
        return typed.text == "1"
    if typed.tag in ("int", "i4"):
        return int(typed.text)
    if typed.tag == "double":
        return float(typed.text)
    return typed.text or ""


def read_xml_call(document):
    call = xml.etree.ElementTree.fromstring(document)
    return call.findtext("methodName"), [read_xml_value(p.find("value")) for p in call.find("params")]


def json_response(version, ident, forwarded, result=None, error=None):
    """A failed v2 call that a member forwarded comes back with the plain array of v1."""
    if version != "2.0":
        return json.dumps({"result": result, "error": error, "id": ident}, separators=(",", ":"))
    reply = {"jsonrpc": "2.0", "id": ident}
    if error is None:
        reply["result"] = result
    else:
        reply["error"] = error if forwarded else {"code": 1, "message": error[0], "data": error[1:]}
    return json.dumps(reply, separators=(",", ":"))
