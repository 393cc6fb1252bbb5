# SPDX-License-Identifier: Apache-2.0
"""probity.py DATA OUT SECONDS PROGRAM: this project's `match --build`, then `match --index` with one query (which is what opening
costs, the program's start and end included) and with all of them."""

import os
import resource
import subprocess
import time

import common


def processor():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    data, out, _, program = common.arguments()
    os.makedirs(out, exist_ok=True)
    index, timing, one = (os.path.join(out, name) for name in ("index", "timing.raw", "one.tsv"))
    began = time.monotonic()
    subprocess.run([program, "match", "--build", data + "/names.tsv", "--out", index], check=True, stdout=subprocess.DEVNULL)
    built = time.monotonic() - began
    building_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with open(one, "w", encoding="utf-8") as file:
        file.write("query\nxinjiang textile\n")
    ask = [program, "match", "--index", index, "--limit", str(common.LIMIT), "--queries"]
    subprocess.run([*ask, one], check=True, stdout=subprocess.DEVNULL)
    start = processor()
    began = time.monotonic()
    subprocess.run([*ask, one], check=True, stdout=subprocess.DEVNULL)
    opened = time.monotonic() - began
    single = processor() - start
    start = processor()
    # The peak of all children is that of building; the asking one's own comes from time's report.
    peak = os.path.join(out, "peak")
    done = subprocess.run(["/usr/bin/time", "-f", "%M", "-o", peak, *ask, data + "/queries.tsv", "--timing", timing], check=True,
                          capture_output=True)
    # Reading the queries and printing the answers counts; starting and opening, which the single query cost too, does not.
    cpu = max(processor() - start - single, 1e-6)
    with open(peak, encoding="ascii") as file:
        resident = file.read().split()[-1]
    with open(timing, encoding="ascii") as file:
        spent = [int(line.split()[-1]) for line in file if line.strip()]
    numbers = {query: number for number, query in reversed(list(enumerate(common.column(data + "/queries.tsv"))))}
    rows = [line.split("\t") for line in done.stdout.decode().split("\n")[1:] if line]
    answers = [(numbers[query], name, score) for query, name, score in rows if name]
    size = os.path.getsize(index)
    os.remove(index)
    common.write(out, answers, spent, cpu_s=f"{cpu:.3f}", build_s=f"{built:.1f}", index_bytes=size, resident_kib=resident,
                 open_ms=f"{opened * 1000:.1f}", building_kib=building_kib)


main()
