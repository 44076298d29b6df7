"""The page of the checks is what `explain` says, and nothing else. UPDATE_GOLDEN=1 writes it anew."""
import json
import os
import pathlib
import subprocess
import unittest

PAGE = pathlib.Path(os.environ["PCI_PASSTHROUGH_SOURCE_DIR"]) / "plugin/checks/README.md"

TABLE = "| check | severity | what it says | refuses a change |\n| --- | --- | --- | --- |\n"


def checks():
    reply = subprocess.run([os.environ["PCI_PASSTHROUGH"], "explain", "--json"],
                           capture_output=True, check=True, text=True)
    return json.loads(reply.stdout)["checks"]


def refusal(check):
    if not check["refuses"]:
        return ""
    return f"unless {check['accepted_by']} accepts it" if check["accepted_by"] else "nobody may accept it"


def row(check):
    code = check["code"]
    return f"| [`{code}`](#{code}) | {check['severity']} | {check['means']} | {refusal(check)} |\n"


def section(check):
    parts = [f"\n## {check['code']}\n\n{check['fires']}\n"]
    if check["rests_on"]:
        parts.append(f"\nRests on: {check['rests_on']}\n")
    if check["remedy"]:
        parts.append(f"\nWhat to do: {check['remedy']}\n")
    if check["old_code"]:
        parts.append(f"\nWas called `{check['old_code']}`, which `accept=` still takes.\n")
    return "".join(parts)


def page():
    """What stands above the table is written by hand."""
    text = PAGE.read_text()
    return (text[:text.index(TABLE)] + TABLE + "".join(map(row, checks()))
            + "".join(map(section, checks())))


class ChecksPage(unittest.TestCase):
    def test_it_is_what_explain_says(self):
        if os.environ.get("UPDATE_GOLDEN") == "1":
            PAGE.write_text(page())
        self.assertEqual(page(), PAGE.read_text())

    def test_every_check_says_what_it_means_when_it_fires_and_why(self):
        for check in checks():
            for part in ("means", "fires", "rests_on"):
                self.assertTrue(check[part].endswith("."), f"{part} of {check['code']} is no sentence")


if __name__ == "__main__":
    unittest.main()
