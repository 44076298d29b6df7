"""The page's files: ES5, without what Internet Explorer 11 lacks, small."""

from browser import run

run("source_test.js", needs_chromium=False)
