"""The files that xapi serves: the page as the package lays it, to anybody, without a header."""

import sys
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from host import SOURCE
from with_pool import WithPool

PAGE = SOURCE / "wrapper/page"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Files(WithPool):
    names = ["xcp-ng-8.3"]

    def get(self, url):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
        try:
            with opener.open(url) as reply:
                return reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def setUp(self):
        self.pool = self.start()
        self.page = self.pool.serve_page()

    def test_a_directory_is_its_index_without_a_slash(self):
        for address in (self.page, f"{self.page}/", f"{self.page}/index.html", f"{self.page}?query#hash"):
            status, headers, body = self.get(address)
            self.assertEqual((status, headers["content-type"], body), (200, "text/html", (PAGE / "index.html").read_bytes()))
            self.assertEqual({name.lower() for name in headers}, {"content-length", "content-type", "connection"})

    def test_what_the_page_names_is_there(self):
        for name, kind in (("page.js", "text/javascript"), ("page.css", "text/css")):
            status, headers, body = self.get(f"{self.page}/{name}")
            self.assertEqual((status, headers["content-type"], body), (200, kind, (PAGE / name).read_bytes()))

    def test_nothing_else_is(self):
        self.assertEqual(self.get(f"{self.page}/nope.js")[0], 404)
        self.assertEqual(self.get(f"{self.pool.url}/../../etc/xensource-inventory")[0], 403)

    def test_without_tls_it_is_moved_or_refused(self):
        self.pool.tcp.plain_http = "redirect"
        status, headers, _ = self.get(f"{self.page}?query")
        self.assertEqual((status, headers["location"]), (301, self.page.replace("http:", "https:")))
        self.pool.tcp.plain_http = "forbid"
        self.assertEqual(self.get(self.page)[0], 403)


if __name__ == "__main__":
    unittest.main()
