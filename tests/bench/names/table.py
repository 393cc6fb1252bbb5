# SPDX-License-Identifier: Apache-2.0
"""table.py DATA OUT...: the contest's tables in Markdown, one row for each OUT (a contestant's folder, named after it)."""

import csv
import os
import sys

FALSE_HITS = 0.01


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


class Run:
    def __init__(self, queries, out):
        self.name = os.path.basename(out)
        self.facts = dict(rows(os.path.join(out, "facts")))
        spent = sorted(int(row[0]) for row in rows(os.path.join(out, "timing")))
        self.asked = len(spent)
        self.rate = self.asked / (sum(spent) / 1e9)
        self.p50, self.p99 = (spent[int((self.asked - 1) * part)] / 1e6 for part in (0.5, 0.99))
        found = {}
        for number, name, score in rows(os.path.join(out, "answers.tsv")):
            found.setdefault(int(number), []).append((name, float(score)))
        self.kinds, self.first, self.fifth, tops, wrong = {}, 0, 0, [], []
        self.positives = 0
        for number, (_, answer, kind) in enumerate(queries[:self.asked]):
            hits = found.get(number, [])[:5]
            if not answer:
                wrong.append(hits[0][1] if hits else float("-inf"))
                continue
            right = answer.split("|")
            first, fifth = bool(hits) and hits[0][0] in right, any(name in right for name, _ in hits)
            self.positives += 1
            self.first += first
            self.fifth += fifth
            count = self.kinds.setdefault(kind, [0, 0, 0])
            count[0] += 1
            count[1] += first
            count[2] += fifth
            tops += [hits[0][1]] if first else []
        # The threshold that as many as one in a hundred negatives pass; a right answer must be above it, not at it.
        wrong.sort(reverse=True)
        threshold = wrong[int(len(wrong) * FALSE_HITS)]
        self.threshold, self.safe = threshold, sum(score > threshold for score in tops)

    def part(self, count):
        return f"{count / self.positives:.4f}"

    def unit(self, fact, by, form):
        value = self.facts.get(fact, "")
        return format(float(value) / by, form) if value else "-"

    def at_work(self):
        return f"{self.asked / float(self.facts['cpu_s']):,.1f}" if self.facts.get("cpu_s") else "-"

    def row(self):
        return [self.name, self.part(self.first), self.part(self.fifth), self.part(self.safe), f"{self.rate:,.1f}", self.at_work(),
                f"{self.p50:.3f}", f"{self.p99:.3f}", self.unit("build_s", 1, ".1f"), self.unit("index_bytes", 1e6, ".1f"),
                self.unit("resident_kib", 1e6 / 1024, ".0f"), self.unit("open_ms", 1, ".1f"), str(self.asked)]


HEAD = ["", "recall@1", "recall@5", "recall at 1 % false hits", "queries/s", "of processor time", "p50 ms", "p99 ms", "build s", "index MB",
        "memory MB", "open ms", "queries asked"]


def table(head, lines):
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join(["---"] + ["---:"] * (len(head) - 1)) + " |")
    for line in lines:
        print("| " + " | ".join(line) + " |")
    print()


def main(data, *outs):
    queries = rows(os.path.join(data, "queries.tsv"))[1:]
    runs = [Run(queries, out) for out in outs]
    table(HEAD, [run.row() for run in runs])
    print("recall@1, in brackets recall@5, by kind of query:\n")
    kinds = sorted({kind for run in runs for kind in run.kinds})
    table(["kind", *(run.name for run in runs)],
          [[kind, *(f"{c[1] / c[0]:.3f} ({c[2] / c[0]:.3f})" if (c := run.kinds.get(kind)) else "-" for run in runs)] for kind in kinds])


main(*sys.argv[1:])
