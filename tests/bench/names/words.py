# SPDX-License-Identifier: Apache-2.0
"""Reading a name for the contest: its words, what each is (place, trade, distinctive, number, legal form), and the key under which two
names are the same name. Knows nothing of the matcher, and the matcher nothing of it: it is how the contest tells a right answer."""

import csv
import os
import re
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
LETTERS = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
JOINERS = frozenset("and e y i et ve und the of de da do dos das del la di for no nr n".split())
ROMAN = frozenset("ii iii iv vi vii viii ix".split())


def rows(*path):
    with open(os.path.join(HERE, *path), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def fold(text):
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    return "".join(LETTERS.get(c, c) for c in bare)


def split(text):
    return tuple(re.findall(r"[^\W_]+", fold(text)))


with open(os.path.join(HERE, "words", "trades.txt"), encoding="utf-8") as _file:
    TRADES = frozenset(_file.read().split())
PLACES = {}
for _row in rows("words", "places.tsv"):
    PLACES.setdefault(_row["group"], []).append(_row["place"])
PLACE_WORDS = frozenset(word for places in PLACES.values() for place in places for word in split(place) if len(word) > 2)
FORMS = {}  # group -> [(family, weight, text)]
FORM_FAMILY = {}  # words of the form -> family
for _row in rows("words", "forms.tsv"):
    FORMS.setdefault(_row["group"], []).append((_row["family"], int(_row["weight"]), _row["form"]))
    FORM_FAMILY.setdefault((_row["group"] == "front", split(_row["form"])), _row["family"])
SHORT = {row["long"]: row["short"] for row in rows("words", "short.tsv")}
GENERIC = TRADES | PLACE_WORDS

_tokens = {}


def token(text):
    """(words, kind) of one written word: P place, T trade, N number, I one letter, C joining word or a form amid the name, D distinctive."""
    known = _tokens.get(text)
    if known is None:
        words = split(text)
        if all(word in JOINERS or (False, (word,)) in FORM_FAMILY for word in words):
            kind = "C"
        elif any(c.isdigit() for word in words for c in word) or all(word in ROMAN for word in words):
            kind = "N"
        elif all(len(word) == 1 for word in words):
            kind = "I"
        elif all(word in TRADES for word in words):
            kind = "T"
        elif all(word in GENERIC for word in words):
            kind = "P"
        else:
            kind = "D"
        kept = tuple(SHORT.get(word, word).lower() for word in words if word not in JOINERS)
        known = _tokens[text] = (words, kind, kept)
    return known


class Name:
    """A name taken apart: `front` and `tail` are its legal forms as written, `body` the words between."""

    __slots__ = ("front", "body", "tail")

    def __init__(self, text):
        parts = text.split()
        self.front, self.tail = "", ""
        for count in (2, 1):
            words = sum((token(part)[0] for part in parts[:count]), ())
            if len(parts) > count and (True, words) in FORM_FAMILY:
                self.front, parts = " ".join(parts[:count]), parts[count:]
                break
        for count in range(min(6, len(parts) - 1), 0, -1):
            words = sum((token(part)[0] for part in parts[-count:]), ())
            if (False, words) in FORM_FAMILY:
                self.tail, parts = " ".join(parts[-count:]), parts[:-count]
                break
        self.body = parts

    def text(self):
        return " ".join(part for part in (self.front, *self.body, self.tail) if part)

    def core(self):
        return sum((token(part)[2] for part in self.body), ())


def core(text):
    """The words that make the name: legal forms, case, accents, punctuation and joining words aside, trade words in their short form."""
    return Name(text).core()


def key(words):
    return "".join(words)


def distance(a, b, most=3):
    """Insertions, deletions, substitutions and swaps of neighbours from a to b; `most` where it is that or more."""
    if abs(len(a) - len(b)) >= most:
        return most
    before, last = None, list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) >= most:
            return most
        before, last = last, row
    return min(last[-1], most)


def close(a, b):
    """Whether one could be the other mistyped: what a query with a typo may be taken for, and what no negative may be."""
    if min(len(a), len(b)) < 4 or not a.isalpha() or not b.isalpha():
        return False
    most = 2 if max(len(a), len(b)) >= 6 else 1
    # A change brings at most one new letter: most words that are not close are told apart here.
    if abs(len(a) - len(b)) > most or len(set(a) - set(b)) > most:
        return False
    return distance(a, b, most + 1) <= most
