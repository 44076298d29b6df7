"""What code, scripts and tests cite is there. The one form: the file from the top, and its heading:

    (plugin/host/README.md, "Replacing a boot file")

A comment names no page without a heading. Links between the pages lead to files and headings, too."""

import os
import pathlib
import re
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("PCI_PASSTHROUGH_SOURCE_DIR", pathlib.Path(__file__).parents[2]))

COMMENTS = {  # by what a file's name ends in; else of a script
    (".cpp", ".hpp", ".h"): r"//[/<!]*(.*)$",
    (".py",): r'(?:^|\s)#+ (.*)$|"""(?s:(.*?))"""',
    ("",): r"(?:^|\s)#+ (.*)$",
}
PAGE = r"(?<![\w/.$-])(?P<page>(?:[\w.-]+/)*[\w.-]+\.md)\b"  # an absolute path is of a host
CITATION = re.compile(PAGE + r'(?:, \\?"(?P<heading>[^"\\]+)\\?")?')
LINK = re.compile(r"\[[^\]\n]*\]\((?!https?:)(?P<target>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
NO_SOURCE = ("build", ".git/")  # at the top


def files(top):
    for path in sorted(top.rglob("*")):
        name = str(path.relative_to(top))
        generated = name.startswith(NO_SOURCE) or "__pycache__" in name
        if path.is_file() and not path.is_symlink() and not generated and "/corpus/" not in name:
            yield path


def text_of(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


def split(path, text):
    """Its comments, as one line, and the rest of it."""
    ending = ".py" if re.match("#!.*python", text) else path.suffix
    pattern = next(pattern for ends, pattern in COMMENTS.items() if ending.endswith(ends))
    comments = " ".join("".join(part or "" for part in found.groups())
                        for found in re.finditer(pattern, text, re.M))
    rest = re.sub(pattern, "", text, flags=re.M)
    if path.suffix in (".cpp", ".hpp"):  # neighbouring literals are one text
        rest = re.sub(r'(?<!\\)"\s*\n\s*"', "", rest)
    return " ".join(comments.split()), rest


def headings(page):
    without_code = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
    return re.findall(r"^#+ (.+?) *$", without_code, re.M)


def anchor(heading):
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def flaw_of(top, page, heading):
    if not (top / page).is_file():
        return f"{page}, which is not there"
    if heading and heading not in headings(top / page):
        return f'{page}, "{heading}", a heading that is not there'
    return ""


def broken_citations(top):
    for path in files(top):
        if path.suffix == ".md":
            continue
        name = path.relative_to(top)
        comments, rest = split(path, text_of(path))
        for found in CITATION.finditer(comments):
            flaw = flaw_of(top, found["page"], found["heading"])
            if flaw or not found["heading"]:
                yield f"{name} cites {flaw or found['page'] + ' without a heading'}"
        for found in CITATION.finditer(rest):
            if flaw := flaw_of(top, found["page"], found["heading"]):
                yield f"{name} names {flaw}"


def broken_links(top):
    for path in files(top):
        if path.suffix != ".md":
            continue
        for found in LINK.finditer(path.read_text()):
            target = path.parent / found["target"] if found["target"] else path
            name = f"{path.relative_to(top)} links to {found['target']}"
            if not target.exists():
                yield f"{name}, which is not there"
            elif found["anchor"] and found["anchor"] not in map(anchor, headings(target)):
                yield f"{name}#{found['anchor']}, a heading that is not there"


def folders_without_page(top):
    rooms = [path for path in (top / "plugin").iterdir() if path.is_dir()]
    rooms += [top / name for name in ("wrapper", "install", "packaging", "tests")]
    return [str(room.relative_to(top)) for room in sorted(rooms) if not (room / "README.md").exists()]


class Citations(unittest.TestCase):
    def test_there_is_something_to_read(self):
        text = " ".join(text_of(path) for path in files(SOURCE) if path.suffix in (".cpp", ".hpp"))
        self.assertGreater(len(CITATION.findall(text)), 10)

    def test_every_citation_is_there(self):
        self.assertEqual([], list(broken_citations(SOURCE)))

    def test_every_link_leads_somewhere(self):
        self.assertEqual([], list(broken_links(SOURCE)))

    def test_every_folder_has_its_page(self):
        self.assertEqual([], folders_without_page(SOURCE))


class TheTestBites(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.top = pathlib.Path(scratch.name)
        self.page, self.gone = "plugin/boot/README.md", "plugin/boot/GONE" + ".md"
        self.write(self.page, "# plugin/boot\n\n## What's a label\n\n```\n# no heading\n```\n")

    def write(self, name, text):
        (self.top / name).parent.mkdir(parents=True, exist_ok=True)
        (self.top / name).write_text(text)

    def flaws_of(self, name, text):
        self.write(name, text)
        flaws = list(broken_citations(self.top))
        (self.top / name).unlink()
        return flaws

    def test_good_citations_pass(self):
        good = f'{self.page}, "What\'s a label"'
        for name, text in (("x.hpp", f"/// Reads it ({good}).\nint x;\n"),
                           ("x.cpp", f"int y;  // {self.page}, \"What's\n        // a label\"\n"),
                           ("x.py", f'"""It reads\nit ({good})."""\n'),
                           ("script", f"#!/bin/sh\n# As {good} says.\ncat $top/{self.gone}\n"),
                           ("script", f'#!/usr/bin/env python3\n"""It reads\nit ({good})."""\n'),
                           ("x.cpp", f'auto z = "as ({self.page}, \\"What\'s "\n    "a label\\") says";\n'),
                           ("x.cmake", f"install(FILES {self.page} DESTINATION y)\n"),
                           ("y.py", f'PAGE = "/usr/share/{self.gone}"\n')):
            with self.subTest(name):
                self.assertEqual([], self.flaws_of(name, text))

    def test_a_broken_citation_is_found(self):
        for name, text in (("x.hpp", f'/// ({self.page}, "Which label")\n'),
                           ("x.hpp", f'/// ({self.page},\n/// "Which label")\n'),
                           ("x.hpp", f'/// ({self.page}, "no heading")\n'),
                           ("x.hpp", f"int x;  ///< {self.page} 1\n"),
                           ("x.hpp", f'// ({self.gone}, "What\'s a label")\n'),
                           ("x.py", f'"""As\n{self.gone} 3.1 says."""\n'),
                           ("x.py", f'x = 1  # {self.page}\n'),
                           ("x.py", f'PAGE = "{self.gone}"\n'),
                           ("script", f"#!/bin/sh\n# {self.gone} F6\n"),
                           ("script", f"#!/bin/sh\necho 'see {self.gone}.'\n")):
            with self.subTest(name=name, text=text):
                self.assertEqual(1, len(self.flaws_of(name, text)))

    def test_a_broken_link_is_found(self):
        self.write("README.md", "[a](plugin/boot/README.md#whats-a-label) [b](plugin/boot) [c](#top)\n\n# Top\n")
        self.assertEqual([], list(broken_links(self.top)))
        self.write("README.md", f"[a]({self.gone}) [b]({self.page}#which-label) [c](#bottom)\n")
        self.assertEqual(3, len(list(broken_links(self.top))))

    def test_a_folder_without_its_page_is_found(self):
        for name in ("plugin/pci", "wrapper", "install", "packaging", "tests"):
            self.write(f"{name}/{'README.md' if name != 'wrapper' else 'x.cpp'}", "")
        self.assertEqual(["wrapper"], folders_without_page(self.top))


if __name__ == "__main__":
    unittest.main()
