# SPDX-License-Identifier: Apache-2.0
"""page.py FILE: reads a page as a browser would and says what is in it, one fact a line; ends with 1 where it is not whole."""
import sys
from collections import Counter
from html.parser import HTMLParser

EMPTY = {"meta", "br"}
ALONE = {"script", "link", "img", "iframe", "form", "object", "embed", "video", "audio", "base"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.headings = [], [], [], []
        self.faults, self.counts, self.language = [], {}, ""

    def begin(self, tag, attributes, closed):
        values = dict(attributes)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag == "html":
            self.language = f"{values.get('lang')} {values.get('dir')}"
        if tag in ALONE or "style" in values or any(name.startswith("on") for name in values):
            self.faults.append(f"<{tag}> is not of such a page")
        if "id" in values:
            self.ids.append(values["id"])
        if values.get("href", "").startswith("#"):
            self.links.append(values["href"][1:])
        if not closed and tag not in EMPTY:
            self.open.append(tag)
        if tag == "h1":
            self.headings.append("")

    def handle_starttag(self, tag, attributes):
        self.begin(tag, attributes, False)

    def handle_startendtag(self, tag, attributes):
        self.begin(tag, attributes, True)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes another")

    def handle_data(self, text):
        if "h1" in self.open:
            self.headings[-1] += text


page = Page()
with open(sys.argv[1], encoding="utf-8") as file:
    page.feed(file.read())
page.close()
page.faults += [f"<{tag}> stays open" for tag in page.open]
page.faults += [f"two ids {i}" for i, times in Counter(page.ids).items() if times > 1]
page.faults += [f"#{i} leads nowhere" for i in set(page.links) - set(page.ids)]
print("language", page.language)
for tag in ("article", "section", "tr", "svg"):
    print(tag, page.counts.get(tag, 0))
for heading in page.headings:
    print("h1", heading.strip())
for fault in page.faults:
    print("fault", fault)
sys.exit(1 if page.faults else 0)
