# SPDX-License-Identifier: Apache-2.0
"""fts5.py DATA OUT SECONDS: SQLite's full-text index of trigrams, asked for any of the query's, best by bm25 first."""

import os
import sqlite3
import time

import common

SELECT = "SELECT name, -bm25(names) FROM names WHERE names MATCH ? ORDER BY bm25(names) LIMIT ?"


def expression(query):
    text = query.lower()
    trigrams = dict.fromkeys(text[i:i + 3].replace('"', '""') for i in range(len(text) - 2))
    return " OR ".join(f'"{trigram}"' for trigram in trigrams)


def main():
    data, out, seconds = common.arguments()
    os.makedirs(out, exist_ok=True)
    path = os.path.join(out, "names.sqlite")
    began = time.monotonic()
    base = sqlite3.connect(path)
    base.execute("PRAGMA synchronous = off")
    base.execute("CREATE VIRTUAL TABLE names USING fts5(name, tokenize = 'trigram')")
    base.executemany("INSERT INTO names VALUES (?)", ((name,) for name in common.column(data + "/names.tsv")))
    base.execute("INSERT INTO names(names) VALUES ('optimize')")
    base.commit()
    base.close()
    built = time.monotonic() - began

    began = time.monotonic()
    base = sqlite3.connect(path)
    base.execute("PRAGMA mmap_size = 4000000000")
    base.execute("PRAGMA cache_size = -1000000")
    base.execute(SELECT, (expression("xinjiang textile"), common.LIMIT)).fetchall()
    opened = time.monotonic() - began

    def ask(query):
        wanted = expression(query)
        return base.execute(SELECT, (wanted, common.LIMIT)).fetchall() if wanted else []

    answers, spent, cpu = common.ask_all(common.column(data + "/queries.tsv"), ask, seconds)
    common.write(out, answers, spent, cpu_s=f"{cpu:.3f}", build_s=f"{built:.1f}", index_bytes=os.path.getsize(path),
                 resident_kib=common.resident_kib([os.getpid()]), open_ms=f"{opened * 1000:.1f}")
    os.remove(path)


main()
