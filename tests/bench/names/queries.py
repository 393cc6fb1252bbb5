# SPDX-License-Identifier: Apache-2.0
"""The contest's queries: each kind is a function from a name of the list to another spelling of it, or to a name that is not in it."""

import subprocess

import words
from words import Name, token

POSITIVE = {
    "case_punctuation": 120, "typo": 260, "two_typos": 140, "form_swapped": 140, "form_dropped": 140, "form_rewritten": 120,
    "word_dropped": 160, "word_order": 140, "joined": 120, "split": 100, "abbreviation": 140, "other_script": 160, "accents": 100,
    "combined": 160}
NEGATIVE = {"other_distinctive": 1200, "near_name": 800, "unit_number": 400, "generic_only": 400, "other_name": 800, "short": 400}
LISTED = 0.25
"""The share of positive queries that ask for a name of the real lists; the others ask for made ones."""
SCRIPTS = (("Latin-Cyrillic", 0.35), ("Latin-Greek", 0.15), ("Latin-Arabic", 0.15), ("Latin-Hebrew", 0.10), ("Latin-Hangul", 0.12),
           ("Latin-Katakana", 0.13))
ACCENTS = {"a": "áàâäãåā", "e": "éèêëē", "i": "íìîï", "o": "óòôöõø", "u": "úùûüū", "c": "çč", "n": "ñń", "s": "šş", "z": "žż",
           "g": "ğ", "y": "ýÿ", "l": "ł", "d": "đ"}
CHINESE_FORMS = ("集团股份有限公司", "股份有限公司", "有限责任公司", "有限公司", "公司")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def same_case(text, model):
    return text.upper() if model.isupper() else text


def place_of(rng, parts, fits):
    where = [i for i, part in enumerate(parts) if fits(part)]
    return rng.pick(where) if where else None


def long_word(least):
    return lambda part: part.isascii() and part.strip(",.()").isalpha() and len(part.strip(",.()")) >= least


def mistype(rng, part):
    """One letter left out, put in, changed, or two neighbours swapped."""
    at = [i for i, c in enumerate(part) if c.isalpha()]
    i, how = rng.pick(at), rng.below(4)
    letter = same_case(rng.pick(LETTERS), part[i])
    if how == 0:
        return part[:i] + part[i + 1:]
    if how == 1:
        return part[:i] + letter + part[i:]
    if how == 2:
        return part[:i] + letter + part[i + 1:]
    return part[:i] + part[i + 1] + part[i] + part[i + 2:] if i + 1 < len(part) and part[i + 1].isalpha() else part


def typo(rng, name, _):
    parts = name.text().split()
    i = place_of(rng, parts, long_word(4))
    if i is None:
        return None
    parts[i] = mistype(rng, parts[i])
    return " ".join(parts)


def two_typos(rng, name, _):
    parts = name.text().split()
    where = [i for i, part in enumerate(parts) if long_word(4)(part)]
    if len(where) >= 2 and rng.chance(0.6):
        rng.shuffle(where)
        for i in where[:2]:
            parts[i] = mistype(rng, parts[i])
    else:
        i = place_of(rng, parts, long_word(8))
        if i is None:
            return None
        parts[i] = mistype(rng, mistype(rng, parts[i]))
    return " ".join(parts)


def case_punctuation(rng, name, _):
    text = name.text()
    text = (text.upper, text.lower, text.title)[rng.below(3)]() if rng.chance(0.8) else text
    how = rng.below(5)
    if how == 0:
        return text.translate(str.maketrans("", "", ".,()"))
    if how == 1:
        return text.replace(" & ", " and ") if " & " in text else text.replace(",", "")
    if how == 2:
        return text.replace("-", " ") if "-" in text else text + "."
    if how == 3:
        return text.replace(" ", "  ", 1).replace(".", "")
    return '"' + text + '"'


def family(name):
    return words.FORM_FAMILY.get((False, words.split(name.tail))) if name.tail else None


def form_swapped(rng, name, group):
    if not name.tail:
        return None
    others = [form for other, _, form in words.FORMS[group] if other != family(name)]
    name.tail = same_case(rng.pick(others), name.tail)
    return name.text()


def form_dropped(_, name, __):
    if not name.tail and not name.front:
        return None
    name.tail = name.front = ""
    name.body[-1] = name.body[-1].rstrip(",")
    return name.text()


def form_rewritten(rng, name, _):
    same = sorted({form for group in sorted(words.FORMS) for other, _, form in words.FORMS[group]
                   if other == family(name) and form.lower() != name.tail.lower()})
    if not same:
        return None
    name.tail = rng.pick(same)
    return name.text()


def word_dropped(rng, name, _):
    kinds = [token(part)[1] for part in name.body]
    distinctive = kinds.count("D")
    where = [i for i, kind in enumerate(kinds) if kind in "PT" or (kind == "D" and distinctive >= 2 and rng.chance(0.4))]
    if not where or distinctive < 1 or len(name.core()) < 3:
        return None
    del name.body[rng.pick(where)]
    return name.text()


def word_order(rng, name, _):
    if len(name.core()) < 2 or len(name.body) < 2:
        return None
    before = list(name.body)
    i = rng.below(len(name.body) - 1)
    if rng.chance(0.5):
        name.body[i], name.body[i + 1] = name.body[i + 1], name.body[i]
    else:
        name.body = name.body[i + 1:] + name.body[:i + 1]
    return name.text() if name.body != before else None


def joined(rng, name, _):
    where = [i for i in range(len(name.body) - 1)
             if "D" in (token(name.body[i])[1], token(name.body[i + 1])[1]) and all(part.isalpha() for part in name.body[i:i + 2])]
    if not where:
        return None
    i = rng.pick(where)
    name.body[i:i + 2] = [name.body[i] + same_case(name.body[i + 1].lower(), name.body[i])]
    return name.text()


def split_word(rng, name, _):
    i = place_of(rng, name.body, long_word(6))
    if i is None:
        return None
    part = name.body[i]
    cut = 2 + rng.below(len(part) - 3)
    name.body[i:i + 1] = [part[:cut], part[cut:]]
    return name.text()


def abbreviation(rng, name, _):
    i = place_of(rng, name.body, lambda part: part.lower() in words.SHORT)
    if i is None:
        return None
    short = words.SHORT[name.body[i].lower()]
    name.body[i] = same_case(short + ("." if rng.chance(0.4) else ""), name.body[i])
    return name.text()


def accents(rng, name, _):
    text = list(name.text())
    where = [i for i, c in enumerate(text) if c.lower() in ACCENTS]
    rng.shuffle(where)
    for i in where[:1 + rng.below(3)]:
        text[i] = same_case(rng.pick(ACCENTS[text[i].lower()]), text[i])
    return "".join(text) if where else None


def other_script(_, name, __):
    return name.text() if len(words.key(name.core())) >= 8 and name.text().isascii() else None


def combined(rng, name, group):
    """Two changes that happen together; at most one of them hides letters."""
    first = rng.pick((form_swapped, form_dropped, form_rewritten, abbreviation, word_order))
    second = rng.pick((typo, accents, case_punctuation, joined, split_word))
    text = first(rng, name, group)
    return None if text is None else second(rng, Name(text), group)


MAKERS = {"case_punctuation": case_punctuation, "typo": typo, "two_typos": two_typos, "form_swapped": form_swapped,
          "form_dropped": form_dropped, "form_rewritten": form_rewritten, "word_dropped": word_dropped, "word_order": word_order,
          "joined": joined, "split": split_word, "abbreviation": abbreviation, "other_script": other_script, "accents": accents,
          "combined": combined}


def group_of(name):
    for group in ("zh", "pt", "other"):
        if any(form == name.tail for _, _, form in words.FORMS[group]):
            return group
    return "other"


class Draft:
    """A query before it is known to have one right answer: `core` is what a name must not equal, `row` the name meant or None."""

    __slots__ = ("text", "kind", "row", "core", "clash", "same")

    def __init__(self, text, kind, row=None, core=None):
        self.text, self.kind, self.row = text, kind, row
        self.core = words.core(text) if core is None else core
        self.clash, self.same = False, []


def positives(rng, names, cores, listed):
    """Half as many again as are wanted of each kind, since some will turn out to have two right answers."""
    for kind, wanted in POSITIVE.items():
        made = 0
        while made < wanted + wanted // 2:
            row = rng.pick(listed) if rng.chance(LISTED) else rng.below(len(names))
            if len(words.key(cores[row])) < 4 or not words.fold(names[row]).isascii():
                continue
            text = MAKERS[kind](rng, Name(names[row]), group_of(Name(names[row])))
            if text is None or (text == names[row] and kind != "other_script"):
                continue
            made += 1
            # Another script has no core of its own: it is right where its name has no near twin.
            yield Draft(text, kind, row, cores[row] if kind == "other_script" else None)


def fresh(rng, vocabulary, part, again):
    """Another distinctive word in the place of `part`: one in use, or one new."""
    bare = part.strip("(),.")
    word = vocabulary.again(rng) if again else vocabulary.fresh(rng)
    return None if words.close(word, words.fold(bare)) else part.replace(bare, same_case(word.capitalize(), bare))


def replaced(rng, name, model, all_of_them):
    group = group_of(name)
    where = [i for i, part in enumerate(name.body) if token(part)[1] == "D" and part.strip("(),.").isalpha()]
    generic = any(token(part)[1] in "PT" for part in name.body)
    if not where or not generic or (all_of_them and len(where) < sum(token(part)[1] == "D" for part in name.body)):
        return None
    for i in where if all_of_them else [rng.pick(where)]:
        part = fresh(rng, model.words[group], name.body[i], rng.chance(0.5) if all_of_them else True)
        if part is None:
            return None
        name.body[i] = part
    return name.text()


def unit_number(rng, name):
    where = [i for i, part in enumerate(name.body) if part.isdigit() and len(part) <= 3]
    if not where:
        return None
    i, off = rng.pick(where), 1 + rng.below(3)
    name.body[i] = str(int(name.body[i]) + (off if rng.chance(0.6) or int(name.body[i]) <= off else -off))
    return name.text()


def short(rng, model):
    group = rng.pick(("zh", "pt", "other"))
    if rng.chance(0.3):
        letters = "".join(chr(65 + rng.below(26)) for _ in range(2 + rng.below(3)))
        text = rng.pick((letters, ".".join(letters) + "."))
    else:
        while True:
            text = model.words[group].fresh(rng).capitalize()
            if len(text) <= 6:
                break
    return text + " " + model.form(rng, group) if rng.chance(0.6) else text


def negatives(rng, names, numbered, model):
    for kind, wanted in NEGATIVE.items():
        made = 0
        # In a long list most names of place and trade words alone, and most short ones, are taken or nearly so.
        while made < wanted * {"generic_only": 20, "short": 10}.get(kind, 3):
            if kind == "unit_number":
                text = unit_number(rng, Name(names[rng.pick(numbered)]))
            elif kind == "generic_only":
                text = model.name(rng, drop="DNIC") if rng.chance(0.5) else " ".join(
                    (model.places["zh"].draw(rng), model.trades["other"].draw(rng).title(), model.trades["zh"].draw(rng).title(),
                     model.form(rng, "zh")))
            elif kind == "other_name":
                text = model.name(rng)
            elif kind == "short":
                text = short(rng, model)
            else:
                name = Name(names[rng.below(len(names))])
                text = replaced(rng, name, model, kind == "other_distinctive") if words.fold(name.text()).isascii() else None
            if text is None or not words.key(words.core(text)) or not words.core(text) or len(text) < 2:
                continue
            if kind == "generic_only" and not all(word in CANON_GENERIC for word in words.core(text)):
                continue
            made += 1
            yield Draft(text, kind)


CANON_GENERIC = frozenset(words.SHORT.get(word, word).lower() for word in words.GENERIC)


def generic(word):
    return word in CANON_GENERIC


def without_one(core):
    """(the other words in order of the alphabet, the word left out), for each word."""
    ordered = sorted(core)
    return [(" ".join(ordered[:i] + ordered[i + 1:]), word) for i, word in enumerate(ordered)]


def deletions(word):
    """The word with up to two letters less: two words within two changes of each other have one of these in common."""
    less = {word[:i] + word[i + 1:] for i in range(len(word))}
    return less | {word} | {one[:i] + one[i + 1:] for one in less for i in range(len(one))}


def judge(drafts, cores):
    """Marks each draft that a name other than the one meant would answer as well, and notes the names that are the same as its own."""
    whole, keys, lacking, alone = {}, {}, {}, {}
    for draft in drafts:
        whole.setdefault(" ".join(sorted(draft.core)), []).append(draft)
        keys.setdefault(words.key(draft.core), []).append(draft)
        if draft.row is not None and cores[draft.row] != draft.core:
            keys.setdefault(words.key(cores[draft.row]), []).append(draft)
        if len(draft.core) > 1:
            for rest, word in without_one(draft.core):
                lacking.setdefault(rest, []).append((draft, word))
        elif draft.core:
            for part in deletions(draft.core[0]):
                alone.setdefault(part, []).append(draft)
    for row, core in enumerate(cores):
        key = words.key(core)
        for draft in keys.get(key, ()):
            meant(draft, row, key, cores)
        ordered = " ".join(sorted(core))
        for draft in whole.get(ordered, ()):
            meant(draft, row, key, cores)
        for draft, word in lacking.get(ordered, ()):
            # The query has one word more than this name.
            if draft.row is None and not (all(map(generic, core)) and not generic(word) and word.isalpha()):
                draft.clash = True
        if len(core) == 1:
            if not generic(core[0]):
                for part in deletions(core[0]):
                    for draft in alone.get(part, ()):
                        near(draft, draft.core[0], core[0], key, cores)
            continue
        for rest, word in without_one(core):
            for draft in whole.get(rest, ()):
                # The query has one word less.
                if draft.row is None:
                    draft.clash |= not (all(map(generic, draft.core)) and not generic(word))
                elif draft.kind in ("word_dropped", "combined") and key != words.key(cores[draft.row]):
                    draft.clash = True
            for draft, other in lacking.get(rest, ()):
                near(draft, other, word, key, cores)


def meant(draft, row, key, cores):
    if draft.row is not None and key == words.key(cores[draft.row]):
        draft.same.append(row)
    else:
        draft.clash = True


def near(draft, mine, other, key, cores):
    """All words are the same but for one: `mine` in the query, `other` in the name."""
    if draft.clash:
        return
    if draft.row is None:
        draft.clash |= words.close(mine, other) or (generic(mine) and generic(other))
    elif draft.kind in ("typo", "two_typos", "combined", "other_script") and key != words.key(cores[draft.row]):
        draft.clash |= words.close(mine, other)


def kept(drafts, counts):
    """The first of each kind that hold, as many as wanted. A text asked once is not asked again."""
    asked, left, chosen = set(), dict(counts), []
    for draft in drafts:
        if not draft.clash and left[draft.kind] and draft.text not in asked:
            asked.add(draft.text)
            left[draft.kind] -= 1
            chosen.append(draft)
    short_of = {kind: count for kind, count in left.items() if count}
    if short_of:
        raise SystemExit(f"too few queries of a kind: {short_of}")
    return chosen


def transliterate(rule, lines):
    """ICU's transliteration, all lines in one call."""
    done = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", rule], input="\n".join(lines).encode(), capture_output=True,
                          check=True).stdout.decode().split("\n")
    assert len(done) == len(lines)
    return done


def chinese(rng, rows):
    """Names in Chinese characters stand in the list as themselves; they are asked as written, without the legal form, in
    traditional characters and in pinyin. The company's listed name in Latin letters is a right answer too."""
    asked = [row for row in rows if row["origin"] == "chinese"]
    texts = [row["name"] for row in asked]
    pinyin = transliterate("::Han-Latin; ::NFD; ::[:Mn:] Remove;", texts)
    traditional = transliterate("::Simplified-Traditional;", texts)
    for row, latin, old in zip(asked, pinyin, traditional):
        how = rng.below(4)
        text = (row["name"].replace("（", "(").replace("）", ")"), row["name"], latin.title(), old)[how]
        if how == 1:
            for form in CHINESE_FORMS:
                if text.endswith(form) and len(text) > len(form) + 2:
                    text = text[:-len(form)]
                    break
        yield (text, row["name"] + "|" + row["main"], "other_script")


def answer(draft, names):
    return "|".join([names[draft.row]] + sorted({names[row] for row in draft.same} - {names[draft.row]}))


def make(rng, rows, names, cores, model):
    """Rows (query, answer, kind), positives and negatives mixed."""
    listed = [row for row, entry in enumerate(rows) if entry["origin"] != "chinese"]
    numbered = [row for row, core in enumerate(cores) if any(word.isdigit() for word in core)]
    drafts = [*positives(rng, names, cores, listed), *negatives(rng, names, numbered, model)]
    judge(drafts, cores)
    right = [draft for draft in drafts if draft.row is not None]
    in_chinese = list(chinese(rng, rows))
    counts = dict(POSITIVE, other_script=POSITIVE["other_script"] - len(in_chinese))
    done = list(in_chinese)
    rules = {}
    for draft in kept(right, counts):
        if draft.kind == "other_script":
            dice, at = rng.next(), 0
            while at < len(SCRIPTS) - 1 and dice >= SCRIPTS[at][1]:
                dice -= SCRIPTS[at][1]
                at += 1
            rules.setdefault(SCRIPTS[at][0], []).append(draft)
        else:
            done.append((draft.text, answer(draft, names), draft.kind))
    for rule, those in sorted(rules.items()):
        for draft, text in zip(those, transliterate(f"::{rule}; ::NFC;", [draft.text for draft in those])):
            done.append((text, answer(draft, names), draft.kind))
    done += [(draft.text, "", draft.kind) for draft in kept([draft for draft in drafts if draft.row is None], NEGATIVE)]
    rng.shuffle(done)
    return done
