# SPDX-License-Identifier: Apache-2.0
"""pdf_words.py HTML TEXT: the words of a page are in what pdftotext took out of the PDF of the same report.

Blanks are left out, and marks above and below letters, as programs that take out text set them beside their letter. Headings,
heads and names of tables must all be there; of the items of lists, some are parted by the end of a page."""
import re
import sys
import unicodedata
from html.parser import HTMLParser


def bare_marks(text):
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Cf"))


def bare(text):
    return "".join(bare_marks(text).split())


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.within, self.parts = None, {"h1": [], "h2": [], "th": [], "li": []}

    def handle_starttag(self, tag, attrs):
        if tag in self.parts:
            self.within = tag
            self.parts[tag].append("")
        elif tag == "p":
            self.within = None

    def handle_endtag(self, tag):
        if tag == self.within:
            self.within = None

    def handle_data(self, data):
        if self.within:
            self.parts[self.within][-1] += data


page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
text = bare(open(sys.argv[2], encoding="utf-8").read())


def there(words):
    # Letters alone: where both directions meet, blanks, figures and brackets are taken out in an order of their own.
    return all(bare(word) in text for word in re.findall(r"[^\W\d_]+", bare_marks(words)))


items = page.parts.pop("li")
missing = [words for tag in page.parts for words in page.parts[tag] if not there(words)]
found = sum(map(there, items))
print("headings and heads:", sum(map(len, page.parts.values())), "items:", len(items), "of them found:", found)
for words in missing:
    print("missing:", words)
sys.exit(bool(missing) or len(items) < 10 or found < 0.9 * len(items))
