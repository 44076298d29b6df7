"""The architecture, enforced: who may include whom, where a library may show itself, how long a
file may be, and what may stand at the top."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("PCI_PASSTHROUGH_SOURCE_DIR", pathlib.Path(__file__).parents[2]))

MAY_INCLUDE = {
    "plugin/pci": [],
    "plugin/boot": ["pci"],
    "plugin/acpi": ["pci"],
    "plugin/model": ["pci", "boot", "acpi"],
    "plugin/checks": ["pci", "boot", "acpi", "model"],
    "plugin/plans": ["pci", "boot", "acpi", "model", "checks"],
    "plugin/picture": ["pci", "model"],
    "plugin/commands": ["pci", "boot", "acpi", "model", "checks", "plans", "picture"],
    "plugin/host": ["pci", "boot", "acpi", "model"],
    "plugin/probe": ["pci", "boot", "acpi", "model", "host"],
    "plugin/run": ["pci", "boot", "acpi", "model", "checks", "plans", "commands", "host", "probe"],
    "wrapper": ["run", "model", "commands", "host"],
}
FENCED = {
    r"pugixml\.hpp": ["plugin/host/xml_rpc.cpp"],
    r"boost/process.*": ["plugin/host/program.cpp"],
    r"boost/(asio|beast).*": ["plugin/host/program.cpp", "plugin/host/http.cpp"],
    r"spdlog/.*": ["plugin/host/log.cpp"],
    r"CLI/.*": ["wrapper/command_line.cpp"],
}
TOP_LEVEL = {
    ".ci", ".clang-format", ".clang-tidy", ".gitignore", ".github", "CMakeLists.txt", "LICENSE",
    "README.md", "install", "packaging", "plugin", "tests", "wrapper",
}
LONGEST = 200  # lines
MAY_CATCH = {  # else only main does (.github/CONTRIBUTING.md, "How we write")
    "plugin/run/auto_trial.cpp": {"const Failure& failure"},  # a wait that goes on in spite of it
    "wrapper/main.cpp": {"const Failure& failure", "const std::exception& error", "..."},
    "wrapper/command_line.cpp": {"const CLI::ParseError& error"},
}


def sources(top):
    return sorted(path for folder in ("plugin", "wrapper")
                  for path in (top / folder).rglob("*") if path.suffix in (".cpp", ".hpp"))


def includes(path):
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', path.read_text(), re.MULTILINE)


def folder_of(name):
    return str(pathlib.PurePath(name).parent)


def forbidden_includes(top):
    for path in sources(top):
        name = str(path.relative_to(top))
        folder = folder_of(name)
        allowed = {folder, *(f"plugin/{other}" for other in MAY_INCLUDE.get(folder, []))}
        if folder not in MAY_INCLUDE:
            yield f"{name}: no such folder in the table"
        for include in includes(path):
            ours = include.startswith(("plugin/", "wrapper/"))
            if ours and folder_of(include) not in allowed:
                yield f"{name} includes {include}"
            if not ours and (path.parent / include).exists():
                yield f"{name} includes {include}, which should be written from the top"
            for library, homes in FENCED.items():
                if re.fullmatch(library, include) and name not in homes:
                    yield f"{name} includes {include}"


def long_files(top):
    for path in sources(top):
        lines = path.read_text().count("\n")
        if lines > LONGEST:
            yield f"{path.relative_to(top)}: {lines} lines"


def catches(top):
    for path in sources(top):
        name = str(path.relative_to(top))
        for caught in re.findall(r"\bcatch \(([^)]*)\)", path.read_text()):
            if caught not in MAY_CATCH.get(name, ()):
                yield f"{name} catches {caught}"


def strangers(top):
    """What git would take along at the top, and is not of the plan."""
    command = ["git", "-C", top, "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, capture_output=True, text=True) if (top / ".git").exists() else None
    if listing is None or listing.returncode != 0:  # an exported tree
        names = {path.name for path in top.iterdir() if not path.name.startswith("build")}
    else:
        names = {line.split("/")[0] for line in listing.stdout.splitlines()}
    return sorted(names - TOP_LEVEL - {".git"})


class Structure(unittest.TestCase):
    def test_there_is_something_to_read(self):
        self.assertGreater(len(sources(SOURCE)), 40)

    def test_includes_follow_the_table(self):
        self.assertEqual([], list(forbidden_includes(SOURCE)))

    def test_files_are_short(self):
        self.assertEqual([], list(long_files(SOURCE)))

    def test_only_main_catches(self):
        self.assertEqual([], list(catches(SOURCE)))

    def test_the_top_holds_what_it_should(self):
        self.assertEqual([], strangers(SOURCE))


class TheTestBites(unittest.TestCase):
    """Each rule, broken in a tree of its own."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.top = pathlib.Path(scratch.name)
        self.write("plugin/pci/address.hpp", "#pragma once\n")

    def write(self, name, text):
        (self.top / name).parent.mkdir(parents=True, exist_ok=True)
        (self.top / name).write_text(text)

    def test_a_clean_tree_passes(self):
        self.write("plugin/boot/x.cpp", '#include "plugin/pci/address.hpp"\n#include <string>\n')
        self.assertEqual([], list(forbidden_includes(self.top)))
        self.assertEqual([], list(long_files(self.top)))
        self.assertEqual([], strangers(self.top))

    def test_a_catch_is_found(self):
        self.write("plugin/host/x.cpp", "void f() try {} catch (const Failure& failure) {}\n")
        self.write("wrapper/main.cpp", "void f() try {} catch (...) {}\n")
        self.assertEqual(["plugin/host/x.cpp catches const Failure& failure"], list(catches(self.top)))

    def test_upward_and_fenced_includes_are_found(self):
        for name, include in (("plugin/pci/x.cpp", '"plugin/boot/x.hpp"'),
                              ("plugin/checks/x.cpp", '"plugin/host/host.hpp"'),
                              ("plugin/checks/x.cpp", '"plugin/probe/probe.hpp"'),
                              ("plugin/plans/x.cpp", '"plugin/host/apply.hpp"'),
                              ("plugin/commands/x.hpp", '"plugin/probe/probe.hpp"'),
                              ("plugin/host/x.cpp", '"plugin/checks/catalogue.hpp"'),
                              ("plugin/probe/x.cpp", '"plugin/run/run.hpp"'),
                              ("plugin/run/x.cpp", '"wrapper/xapi.hpp"'),
                              ("wrapper/x.cpp", '"plugin/checks/catalogue.hpp"'),
                              ("plugin/pci/x.cpp", '"address.hpp"'),
                              ("plugin/extra/x.cpp", "<string>"),
                              ("wrapper/main.cpp", "<pugixml.hpp>"),
                              ("plugin/host/apply.cpp", "<boost/process.hpp>"),
                              ("plugin/host/apply.cpp", "<boost/process/child.hpp>"),
                              ("plugin/host/host.cpp", "<boost/asio.hpp>"),
                              ("plugin/run/run.cpp", "<spdlog/spdlog.h>"),
                              ("wrapper/main.cpp", "<CLI/CLI.hpp>")):
            with self.subTest(name=name, include=include):
                self.write(name, f"#include {include}\n" if name != "plugin/extra/x.cpp" else "\n")
                self.assertEqual(1, len(list(forbidden_includes(self.top))))
                (self.top / name).unlink()

    def test_a_long_file_is_found(self):
        self.write("plugin/pci/x.cpp", "\n" * (LONGEST + 1))
        self.assertEqual(["plugin/pci/x.cpp: 201 lines"], list(long_files(self.top)))

    def test_a_stranger_at_the_top_is_found(self):
        self.write("notes.txt", "")
        self.assertEqual(["notes.txt"], strangers(self.top))


if __name__ == "__main__":
    unittest.main()
