"""HTTP as xapi serves it: on a unix socket, root already, and on TCP (plugin/host/README.md,
"xapi's socket")."""

import contextlib
import json
import os
import pathlib
import socketserver
import threading

from files import answer
from wire import XapiError, json_response, read_xml_call, xml_response

LONGEST_HEADER = 1024  # on the unix socket
# What 6.2 makes of JSON: its server takes the longest path that it knows, "/json", and reads XML there.
NO_XML = ('<?xml version="1.0"?><methodResponse><fault><value><struct><member><name>faultCode</name>'
          '<value><int>1</int></value></member><member><name>faultString</name><value>Failed to parse '
          'supplied XML</value></member></struct></value></fault></methodResponse>')


class HangUp(Exception):
    """Raised instead of an answer: the connection is closed."""


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        with contextlib.suppress(HangUp, ConnectionError):  # a browser leaves when it likes
            while self.one_request():
                pass

    def reply(self, status, body, kind):
        body = body.encode()
        self.wfile.write(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: keep-alive\r\n"
                         f"cache-control: no-cache, no-store\r\ncontent-type: {kind}\r\n\r\n".encode() + body)

    def file(self, target, host):
        status, kind, body, location = answer(self.server.www, target, host, self.server.plain_http)
        moved = f"location: {location}\r\n" if location else ""
        self.wfile.write(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{moved}"
                         f"content-type: {kind}\r\n\r\n".encode() + body)
        return False

    def error(self, status):
        self.reply(status, f"<html><body><h1>{status}</h1></body></html>", "text/html")
        return False

    def one_request(self):
        head = []
        while (line := self.rfile.readline()) not in (b"", b"\r\n"):
            head.append(line.decode().strip())
        if not head:
            return False
        if self.server.local and sum(len(line) + 2 for line in head) + 2 > LONGEST_HEADER:
            return self.error("500 Internal Server Error")
        words = head[0].split(" ")
        fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
        if words[0] == "GET" and len(words) == 3 and self.server.www:
            return self.file(words[1], fields.get("host"))
        if len(words) != 3 or words[0] != "POST" or "content-length" not in fields:
            return self.error("500 Internal Server Error")
        body = self.rfile.read(int(fields["content-length"])).decode()
        self.server.calls.append((words[1], body))
        if words[1] == "/jsonrpc" and self.server.has_json:
            if not self.json_call(body):
                return False
        elif words[1] == "/jsonrpc" and not self.server.has_json:
            self.reply("200 OK", NO_XML, "text/xml")
        elif words[1] in ("/", "/RPC2", "/json"):
            self.reply("200 OK", self.call(*read_xml_call(body), write=xml_response), "text/xml")
        else:
            return self.error("404 Not Found")
        return words[2] == "HTTP/1.1" and fields.get("connection", "").lower() != "close"

    def json_call(self, body):
        call = json.loads(body)
        if not isinstance(call.get("id"), (int, str)):
            return self.error("500 Internal Server Error")

        def write(**outcome):
            version = call.get("jsonrpc") if self.server.has_v2 else None
            return json_response(version, call["id"], self.server.forwards, **outcome)
        self.reply("200 OK", self.call(call["method"], call["params"], write), "application/json")
        return True

    def call(self, method, parameters, write):
        try:
            return write(result=self.server.dispatch(method, parameters, self.server.local))
        except XapiError as error:
            return write(error=error.description)


class Serving:
    """What both kinds of server have: whom they ask, and what they were asked."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    www = plain_http = None  # what GET finds, where it finds anything
    has_v2 = True  # 7.0 to 7.2 answer every JSON-RPC call as version 1

    def serve(self, dispatch, local, has_json=True, forwards=False):
        self.dispatch, self.local, self.has_json, self.forwards = dispatch, local, has_json, forwards
        self.calls = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def end(self):
        self.shutdown()
        self.server_close()


class OnSocket(Serving, socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    def __init__(self, path):
        path = pathlib.Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            os.unlink(path)
        super().__init__(str(path), Handler)


class OnTcp(Serving, socketserver.ThreadingMixIn, socketserver.TCPServer):
    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
