# SPDX-License-Identifier: Apache-2.0
"""What every contestant in Python does alike: read the list and the queries, ask each until the time is up, write answers and facts."""

import os
import sys
import time

LIMIT = 5
WARM = 50


def column(path, index=0):
    with open(path, encoding="utf-8") as file:
        next(file)
        return [line.rstrip("\n").split("\t")[index] for line in file]


def resident_kib(pids):
    """Proportional memory, so that pages shared by several processes count once."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return total


def ask_all(queries, ask, seconds, processor=time.process_time):
    """(answers, nanoseconds, seconds of processor time) of as many queries as fit into the time, in the order of the file, which is
    mixed."""
    for query in queries[:WARM]:
        ask(query)
    before = processor()
    answers, spent, end = [], [], time.monotonic() + seconds
    for number, query in enumerate(queries):
        began = time.perf_counter_ns()
        found = ask(query)
        spent.append(time.perf_counter_ns() - began)
        answers += [(number, name, score) for name, score in found]
        if time.monotonic() > end:
            break
    return answers, spent, processor() - before


def write(out, answers, spent, **facts):
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "answers.tsv"), "w", encoding="utf-8") as file:
        file.writelines(f"{number}\t{name}\t{score}\n" for number, name, score in answers)
    with open(os.path.join(out, "timing"), "w", encoding="ascii") as file:
        file.writelines(f"{nanoseconds}\n" for nanoseconds in spent)
    with open(os.path.join(out, "facts"), "w", encoding="utf-8") as file:
        file.writelines(f"{key}\t{value}\n" for key, value in facts.items())


def arguments():
    """DATA OUT SECONDS and what follows."""
    data, out, seconds, *more = sys.argv[1:]
    return data, out, float(seconds), *more
