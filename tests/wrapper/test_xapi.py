"""Drives the built program as xapi does; Python's xmlrpc.client writes and reads the wire."""

import os
import random
import subprocess
import tempfile
import unittest
import xmlrpc.client

PROGRAM = os.environ["PCI_PASSTHROUGH"]
PATH = {"PATH": "/sbin:/usr/sbin:/bin:/usr/bin"}
LONGEST = 131071  # MAX_ARG_STRLEN without its NUL
INVALID = "PCI_PASSTHROUGH_INVALID_ARGUMENT"
UNKNOWN = "UNKNOWN_XENAPI_PLUGIN_FUNCTION"
NO_CALL = "the argument is no XML-RPC methodCall: at byte "

ODD = [
    "", " ", "   ", "\t", "\n", " \n\t ", "\r", "\r\n", "a\rb\r\nc\nd", " a ", "]]>", "<![CDATA[x]]>",
    "&", "&amp;", "&lt;", "&#13;", "<", ">", '"', "'", "<!-- -->", "<?xml?>", "</value>", "%s%n", "\\",
    "\x7f", "\x80", "\x85", "\x9b", "\u2028", "\u202e", "\ufeff", "\ufffd", "\ufdd0", "é", "日本", "😀",
    "\U0010ffff", "e\u0301", "06:00.0", "0000:06:00.0 , 07:00.0", "-", "--", "=", "a=b", ",",
    "x" * 102400, "é" * 51200, "&" * 20000, '"' * 20000, "\n" * 1000, "\u202e" * 99,
]


def escaped(data):
    """As xapi's xml.ml does: four entities, control characters dropped, all else as it is."""
    for raw, entity in ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;"), (b'"', b"&quot;")):
        data = data.replace(raw, entity)
    return bytes(b for b in data if b >= 0x20 or b in b"\t\n\r")


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def xapi_call(function, arguments=()):
    """The exact bytes that xapi hands over (wrapper/README.md, "What xapi hands over")."""
    def value(text):
        return b"<value>" + escaped(text) + b"</value>" if escaped(text) else b"<value/>"

    members = b"".join(
        b"<member><name>" + escaped(as_bytes(key)) + b"</name>" + value(as_bytes(text)) + b"</member>"
        for key, text in arguments)
    struct = b"<struct>" + members + b"</struct>" if members else b"<struct/>"
    return (b"<methodCall><methodName>" + escaped(as_bytes(function)) + b"</methodName><params><param><value>"
            b"OpaqueRef:6c2ed9a2-9cb6-4a8f-8f0b-d7a5f8f7c6de</value></param><param><value>" + struct +
            b"</value></param></params></methodCall>")


def python_call(function, arguments=()):
    """As a person's Python does: a declaration, line feeds, <string>."""
    document = xmlrpc.client.dumps(("OpaqueRef:1", dict(arguments)), "FN")
    return document.replace("FN", xmlrpc.client.escape(function), 1).encode()


def python_reads(document):
    """What Python makes of a call: (function, arguments), or None where it is no call of ours."""
    try:
        params, function = xmlrpc.client.loads(document)
        session, arguments = params if len(params) == 2 else (*params, {})
        texts = [session, *arguments, *arguments.values()]
    except Exception:  # expat's and xmlrpc's many
        return None
    return (function, arguments) if all(isinstance(text, str) for text in texts) else None


def generated(generator):
    kinds = [
        lambda: chr(generator.randrange(0x20, 0x7f)),
        lambda: chr(generator.choice([*range(0xa0, 0x3000, 7), *range(0x1f300, 0x1f600)])),
        lambda: generator.choice("\r\n\t &<>\"'"),
        lambda: generator.choice(["]]>", "\r\n", "&#1;", "<!--", "\u2028", "\x7f", "\x85", "\ufffd"]),
    ]
    return "".join(generator.choice(kinds)() for _ in range(generator.randrange(1, 30)))


def lines_normalised(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Xapi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.root.cleanup()

    def run_program(self, *arguments, environment=None, **more):
        """The standard streams that xapi gives: stdin a write-only /dev/null, stdout and stderr files."""
        environment = environment or {**PATH, "PCI_PASSTHROUGH_ROOT": self.root.name}
        with open("/dev/null", "wb") as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            result = subprocess.run([PROGRAM, *arguments], **{
                "env": environment, "cwd": "/", "stdin": stdin, "stdout": out, "stderr": err,
                "timeout": 60, "start_new_session": True, **more})
            out.seek(0)
            err.seek(0)
            self.assertEqual(result.returncode, 0, (arguments, err.read()))
            return out.read()

    def ask(self, *arguments, **more):
        """The reply, held against all that xapi asks of one."""
        wire = self.run_program(*arguments, **more)
        (reply,), method = xmlrpc.client.loads(wire)
        self.assertIsNone(method)
        self.assertNotIn(b"OpaqueRef", wire)
        for tag in (b"<string", b"<int", b"<fault", b"<nil", b"<!"):
            self.assertNotIn(tag, wire)
        self.assertNotRegex(wire[20:], rb"<[A-Za-z]+ ")
        if reply["Status"] == "Success":
            self.assertEqual(set(reply), {"Status", "Value"})
            self.assertIs(type(reply["Value"]), str)
        else:
            self.assertEqual((set(reply), reply["Status"]), ({"Status", "ErrorDescription"}, "Failure"))
            self.assertGreaterEqual(len(reply["ErrorDescription"]), 2)
            self.assertEqual({type(part) for part in reply["ErrorDescription"]}, {str})
        return reply

    def assert_failure(self, reply, code, sentence=""):
        self.assertEqual((reply["Status"], reply.get("ErrorDescription", [None])[0]), ("Failure", code))
        self.assertIn(sentence, reply["ErrorDescription"][1])

    def test_answers_with_nothing_but_a_path_in_the_environment(self):
        for call in (xapi_call, python_call):
            self.assertEqual(self.ask(call("version"), environment=PATH)["Status"], "Success")

    def test_a_format_is_taken_both_ways(self):
        for call in (xapi_call, python_call):
            json = self.ask(call("version", [("format", "json")]))["Value"]
            self.assertTrue(json.startswith("{"), json)
            self.assertEqual(json, self.ask(call("version"))["Value"])
            self.assertFalse(self.ask(call("version", [("format", "text")]))["Value"].startswith("{"))

    def test_an_unknown_function_comes_back_as_it_was_called(self):
        generator = random.Random(20)
        texts = ODD + [generated(generator) for _ in range(60)]
        for text in texts:
            with self.subTest(text=text[:60]):
                for call in (xapi_call, python_call):
                    document = call(text)
                    if len(document) > LONGEST:
                        continue
                    expected = python_reads(document)
                    if expected is None:  # Python writes some characters that XML forbids
                        self.assert_failure(self.ask(document), INVALID, NO_CALL)
                        continue
                    self.assertEqual(expected[0], lines_normalised(text))
                    self.assertEqual(self.ask(document)["ErrorDescription"], [UNKNOWN, expected[0]])

    def test_an_unknown_function_keeps_a_carriage_return_that_is_escaped(self):
        document = xapi_call("a\rb").replace(b"\r", b"&#13;")
        self.assertEqual(self.ask(document)["ErrorDescription"], [UNKNOWN, "a\rb"])

    def test_any_value_of_any_argument_gets_a_reply(self):
        generator = random.Random(21)
        texts = ODD + [generated(generator) for _ in range(40)]
        for text in texts:
            with self.subTest(text=text[:60]):
                for key in ("devices", text[:200]):
                    document = xapi_call("verify", [(key, text)])
                    if len(document) <= LONGEST:
                        self.ask(document)

    def test_an_unknown_argument_is_refused(self):
        for key in ("", " ", "Devices", "devices ", "é"):
            for call in (xapi_call, python_call):
                self.assert_failure(self.ask(call("version", [(key, "x")])), INVALID)

    def test_a_later_key_replaces_the_earlier(self):
        document = xapi_call("version", [("format", "text"), ("format", "json")])
        self.assertTrue(self.ask(document)["Value"].startswith("{"))

    def test_bytes_that_are_no_utf8_are_refused_by_their_place(self):
        generator = random.Random(22)
        for _ in range(40):
            text = bytes(generator.randrange(1, 256) for _ in range(generator.randrange(1, 30)))
            document = xapi_call("version", [("devices", text)])
            try:
                document.decode()
                self.ask(document)
            except UnicodeDecodeError as error:
                self.assert_failure(self.ask(document), INVALID, f"{NO_CALL}{error.start}: a byte is not UTF-8")

    def test_a_spoilt_document_is_read_as_python_reads_it(self):
        generator = random.Random(23)
        good = [call("fn", [("devices", "a & b"), ("e", "")]) for call in (xapi_call, python_call)]
        pieces = [b"<", b">", b"&", b"]]>", b"<value>", b"</value>", b"<!--", b"-->", b"<a/>", b"&#1;", b"\x01",
                  b"&#65;", b"<![CDATA[", b" ", b"x", b"</methodCall>", b"&lt;", b"\xff", b"<int>1</int>"]
        for round_ in range(150):
            document = generator.choice(good)
            at = generator.randrange(len(document))
            document = document[:at] + generator.choice([b"", *pieces]) + document[at + generator.randrange(9):]
            if not document.startswith(b"<"):
                continue
            with self.subTest(round=round_, document=document):
                reply = self.ask(document)
                expected = python_reads(document)
                if expected is None:
                    self.assert_failure(reply, INVALID, NO_CALL)
                elif reply["ErrorDescription"][0] != INVALID:
                    self.assertEqual(reply["ErrorDescription"], [UNKNOWN, expected[0]])

    def test_a_document_as_long_as_the_kernel_lets_through(self):
        empty = xapi_call("")
        name = "x" * (LONGEST - len(empty))
        self.assertEqual(self.ask(xapi_call(name))["ErrorDescription"], [UNKNOWN, name])
        length = LONGEST - len(xapi_call("version", [("devices", "x")])) + 1
        self.assert_failure(self.ask(xapi_call("version", [("devices", "x" * length)])), INVALID)
        self.assert_failure(self.ask((b"<a>" * 43690)), INVALID, NO_CALL)

    def test_more_than_one_argument_is_refused(self):
        self.assert_failure(self.ask(xapi_call("version"), "more"), INVALID, "2 arguments")
        self.assert_failure(self.ask(xapi_call("version"), xapi_call("version")), INVALID, "2 arguments")

    def test_a_program_in_the_plugin_directory_is_in_this_form(self):
        name = "/etc/xapi.d/plugins/pci-passthrough"
        for arguments in ([], ["list"], ["--help"], [""]):
            reply = self.ask_as(name, *arguments)
            self.assert_failure(reply, INVALID)
        self.assertEqual(self.ask_as(name, xapi_call("version"))["Status"], "Success")

    def ask_as(self, name, *arguments):
        with tempfile.TemporaryFile() as out:
            subprocess.run([name, *arguments], executable=PROGRAM, env=PATH, stdout=out, check=True, timeout=60)
            out.seek(0)
            return xmlrpc.client.loads(out.read())[0][0]

    def test_ends_well_where_nobody_can_read_the_reply(self):
        with open("/dev/full", "wb") as full, open("/dev/null", "rb") as unwritable:
            self.run_program(xapi_call("version"), stdout=full)
            self.run_program(xapi_call("version"), stdout=unwritable)
        reader, writer = os.pipe()
        os.close(reader)
        self.run_program(xapi_call("version"), stdout=writer)
        os.close(writer)
        closed = subprocess.run(["/bin/sh", "-c", 'exec "$0" "$1" <&- >&- 2>&-', PROGRAM, xapi_call("version")],
                                env=PATH, timeout=60)
        self.assertEqual(closed.returncode, 0)


if __name__ == "__main__":
    unittest.main()
