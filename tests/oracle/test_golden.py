"""Every tests/hosts/golden/HOST.COMMAND.KIND is a test by being there.

HOST is a recording, HOST.host in tests/hosts or tests/hosts/sick. COMMAND is the command line, its words joined by "+":
"hide+06:00.0,01:00.0" is `hide 06:00.0,01:00.0`. KIND says what is kept of the answer:
  json   the reply, indented
  txt    the table, or the sentence of an error
  diff   the change of each boot file
  svg    the picture, an element a line
UPDATE_GOLDEN=1 writes the files anew. To add one, create it empty and do so.
"""

import difflib
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import PROGRAM, ALL_RECORDINGS, SOURCE

GOLDEN = sorted(path for path in (SOURCE / "tests/hosts/golden").iterdir()
                if path.suffix in (".json", ".txt", ".diff", ".svg"))


def command_line(golden):
    """The recording and the words that a golden file's name stands for."""
    fitting = [path for path in ALL_RECORDINGS if golden.name.startswith(path.stem + ".")]
    recording = max(fitting, key=lambda path: len(path.stem))
    return recording, golden.stem[len(recording.stem) + 1:].split("+")


def run(recording, words):
    return subprocess.run([PROGRAM, "--host", recording, *words], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)


def answer(golden):
    recording, words = command_line(golden)
    if golden.suffix == ".svg":
        result = run(recording, [*words, "--svg"])
        assert result.returncode == 0, result.stderr
        return result.stdout.replace("><", ">\n<")
    if golden.suffix == ".txt":
        result = run(recording, words)
        return result.stdout + result.stderr
    result = run(recording, [*words, "--json"])
    assert result.returncode == 0, result.stderr
    reply = json.loads(result.stdout)
    if golden.suffix == ".diff":
        return "".join(step["diff"] for step in reply["plan"] if "diff" in step)
    return json.dumps(reply, indent=1) + "\n"


class Golden(unittest.TestCase):
    def test_answers(self):
        self.assertTrue(GOLDEN)
        for golden in GOLDEN:
            with self.subTest(golden.name):
                got = answer(golden)
                if os.environ.get("UPDATE_GOLDEN") == "1":
                    golden.write_text(got)
                kept = golden.read_text()
                self.assertTrue(got == kept, "\n" + "".join(difflib.unified_diff(
                    kept.splitlines(True), got.splitlines(True), golden.name, "now")))

    def test_every_recorded_host_has_some(self):
        self.assertEqual({path.stem for path in ALL_RECORDINGS},
                         {command_line(golden)[0].stem for golden in GOLDEN})


if __name__ == "__main__":
    unittest.main()
