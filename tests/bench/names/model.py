# SPDX-License-Identifier: Apache-2.0
"""Names with the statistics of real ones: the order of kinds of words is that of a real name, each word is drawn anew for its kind."""

import bisect
import itertools
import random

import words

GROUPS = {country: group for group, countries in (
    ("zh", "CHN TWN HKG MAC"), ("pt", "BRA PRT MEX ESP ARG GTM CHL COL PER HND SLV NIC")) for country in countries.split()}
DISCOUNT = 0.85
"""How fast new distinctive words come (Pitman-Yor): about two of three are new at ten thousand names, one of three at a million."""
STRENGTH = 500
SCRIPT_MAX = 0x250
"""A name in letters beyond these is kept in the list and not learnt from."""


class Random:
    """All chance of the contest: only `random()`, whose sequence Python promises not to change."""

    def __init__(self, seed):
        self.next = random.Random(seed).random

    def below(self, n):
        return int(self.next() * n)

    def pick(self, items):
        return items[int(self.next() * len(items))]

    def chance(self, p):
        return self.next() < p

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]


class Weighted:
    def __init__(self, pairs):
        self.items = [item for item, _ in pairs]
        self.sums = list(itertools.accumulate(weight for _, weight in pairs))

    def draw(self, rng):
        return self.items[bisect.bisect_right(self.sums, rng.next() * self.sums[-1])]


class Letters:
    """New words letter by letter, after the two or three before them in real words."""

    def __init__(self, known):
        self.after = {}
        for word in known:
            padded = "^^^" + word + "$"
            for i in range(3, len(padded)):
                for order in (2, 3):
                    self.after.setdefault(padded[i - order:i], []).append(padded[i])

    def word(self, rng):
        text = "^^^"
        while len(text) < 17:
            letter = rng.pick(self.after[text[-2:] if rng.chance(0.35) else text[-3:]])
            if letter == "$":
                break
            text += letter
        return text[3:]


class Vocabulary:
    """Distinctive words with the long tail of real ones: a word is drawn again the likelier the oftener it was drawn (less DISCOUNT),
    or made anew. Begins with the real words of its group."""

    def __init__(self, real):
        self.tokens, self.first, self.known = [], [], set()
        for word in real:
            self.add(word)
        self.letters = Letters(sorted(self.known))

    def add(self, word):
        self.first.append(word not in self.known)
        self.known.add(word)
        self.tokens.append(word)

    def fresh(self, rng):
        while True:
            word = self.letters.word(rng)
            if 3 <= len(word) <= 13 and word not in self.known and word not in words.GENERIC and word not in words.JOINERS:
                return word

    def again(self, rng):
        while True:
            i = rng.below(len(self.tokens))
            if not self.first[i] or rng.chance(1 - DISCOUNT):
                return self.tokens[i]

    def draw(self, rng):
        new = (STRENGTH + DISCOUNT * len(self.known)) / (STRENGTH + len(self.tokens))
        word = self.fresh(rng) if rng.chance(new) else self.again(rng)
        self.add(word)
        return word


class Model:
    """Learns from rows {name, country, origin}; `name` then makes names without end."""

    def __init__(self, rows):
        self.patterns, self.group_names = [], ("zh", "pt", "other")
        seen = {group: {"P": {}, "T": {}, "D": [], "TT": {}} for group in self.group_names}
        for row in rows:
            if row["origin"] == "chinese" or any(ord(c) >= SCRIPT_MAX and c not in "–’“”" for c in row["name"]):
                continue
            self._learn(GROUPS.get(row["country"], "other"), row["name"], seen)
        self.words = {group: Vocabulary(seen[group]["D"]) for group in self.group_names}
        self.places = {group: Weighted([(place, 0.3 + seen[group]["P"].get(words.fold(place), 0)) for place in words.PLACES[group]])
                       for group in self.group_names}
        self.trades = {group: Weighted(sorted(seen[group]["T"].items())) for group in self.group_names}
        self.follow = {group: {word: Weighted(sorted(nexts.items())) for word, nexts in seen[group]["TT"].items()}
                       for group in self.group_names}
        self.forms = {group: Weighted([(form, weight) for _, weight, form in forms]) for group, forms in words.FORMS.items()}

    def _learn(self, group, text, seen):
        name, pattern, before = words.Name(text), [], None
        if name.front:
            pattern.append(("A", ""))
        for part in name.body:
            _, kind, _ = words.token(part)
            if kind == "P" and pattern and pattern[-1][0] == "P":
                continue
            pattern.append((kind, part))
            if kind == "D" and words.fold(part).isascii() and words.fold(part).isalpha():
                seen[group]["D"].append(words.fold(part))
            if kind in "PT":
                bare = part.strip(",.()").lower()
                seen[group][kind][bare] = seen[group][kind].get(bare, 0) + 1
                if kind == "T" and before is not None:
                    nexts = seen[group]["TT"].setdefault(before, {})
                    nexts[bare] = nexts.get(bare, 0) + 1
            before = part.strip(",.()").lower() if kind == "T" else None
        if name.tail:
            pattern.append(("F", ""))
        if 1 <= sum(kind in "PTDNI" for kind, _ in pattern) <= 7:
            self.patterns.append((group, text.isupper(), pattern))

    def form(self, rng, group):
        return self.forms[group].draw(rng)

    def _trade(self, rng, group, before):
        nexts = self.follow[group].get(before)
        return nexts.draw(rng) if nexts is not None and rng.chance(0.7) else self.trades[group].draw(rng)

    def fill(self, rng, group, pattern, drop=""):
        """The pattern's parts, each drawn anew; kinds in `drop` are left out."""
        parts, trade = [], None
        for kind, written in pattern:
            if kind in drop:
                continue
            if kind == "T":
                trade = self._trade(rng, group, trade)
                part = trade.capitalize()
            else:
                trade = None
                part = {"A": lambda: self.form(rng, "front"), "F": lambda: self.form(rng, group), "C": lambda: written,
                        "P": lambda: self.places[group].draw(rng), "D": lambda: self.words[group].draw(rng).capitalize(),
                        "N": lambda: str(1 + int(40 * rng.next() ** 3)), "I": lambda: chr(65 + rng.below(26))}[kind]()
            if kind in "PTD" and written.startswith("(") and written.endswith(")"):
                part = "(" + part + ")"
            parts.append(part)
        return parts

    def name(self, rng, drop=""):
        group, upper, pattern = rng.pick(self.patterns)
        parts = self.fill(rng, group, pattern, drop)
        # Works of one company that differ in their number alone are rare in the lists and what a screening must not mix up.
        if not drop and rng.chance(0.05):
            at = len(parts) - (pattern[-1][0] == "F")
            parts[at:at] = rng.pick((("No.", None), ("Factory", "No.", None), ("Unit", None), ("Plant", None), ("Branch", "No.", None)))
            parts = [str(1 + int(20 * rng.next() ** 2)) if part is None else part for part in parts]
        text = " ".join(parts)
        return text.upper() if upper else text


def make(rows, seed, size):
    """(names, cores, model): the listed names first, then made ones; one in a hundred may be another's but for the legal form."""
    model, rng = Model(rows), Random(seed)
    names, cores, taken, keys = [], [], set(), set()
    for row in rows:
        names.append(row["name"])
        cores.append(words.core(row["name"]))
        taken.add(row["name"])
        keys.add(words.key(cores[-1]))
    while len(names) < size:
        text = model.name(rng)
        core = words.core(text)
        key = words.key(core)
        if text in taken or len(key) < 3 or (key in keys and not rng.chance(0.01)):
            continue
        taken.add(text)
        keys.add(key)
        names.append(text)
        cores.append(core)
    return names, cores, model
