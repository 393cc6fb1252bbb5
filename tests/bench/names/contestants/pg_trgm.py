# SPDX-License-Identifier: Apache-2.0
"""pg_trgm.py DATA OUT SECONDS SOCKET_DIR HOW: PostgreSQL's trigrams with one index at a time (with both the planner takes GiST for `%`).

HOW is `gin` or `gist` (names above pg_trgm.similarity_threshold, which stays at its default of 0.3, best first) or `knn` (GiST by
distance, without a threshold). The statement is prepared and planned once."""

import glob
import sys
import time

import common
import psycopg2

INDEX = {"gin": "GIN (name gin_trgm_ops)", "gist": "GIST (name gist_trgm_ops (siglen = 64))"}
SELECT = {
    "%": "SELECT name, similarity(name, $1) AS s FROM names WHERE name % $1 ORDER BY s DESC LIMIT 5",
    "<->": "SELECT name, similarity(name, $1) FROM names ORDER BY name <-> $1 LIMIT 5"}


def server_pids(socket):
    with open(glob.glob(socket + "/data/postmaster.pid")[0], encoding="ascii") as file:
        parent = file.readline().strip()
    with open(f"/proc/{parent}/task/{parent}/children", encoding="ascii") as file:
        return [parent, *file.read().split()]


def main():
    data, out, seconds, socket, how = common.arguments()
    index, operator = ("gist", "<->") if how == "knn" else (how, "%")
    connection = psycopg2.connect(host=socket, dbname="postgres", user="postgres")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    cursor.execute("DROP TABLE IF EXISTS names")
    cursor.execute("CREATE TABLE names (name text NOT NULL)")
    began = time.monotonic()
    with open(data + "/names.tsv", encoding="utf-8") as file:
        cursor.copy_expert("COPY names FROM STDIN WITH (FORMAT csv, DELIMITER E'\\t', QUOTE E'\\x01', HEADER)", file)
    cursor.execute(f"CREATE INDEX names_index ON names USING {INDEX[index]}")
    built = time.monotonic() - began
    cursor.execute("VACUUM ANALYZE names")
    cursor.execute("SELECT pg_relation_size('names_index'), pg_relation_size('names')")
    index_bytes, table_bytes = cursor.fetchone()
    cursor.execute("SET enable_seqscan = off")
    cursor.execute("SET plan_cache_mode = force_generic_plan")
    cursor.execute(f"PREPARE ask(text) AS {SELECT[operator]}")
    cursor.execute("EXPLAIN EXECUTE ask('textile')")
    plan = "\n".join(line for line, in cursor.fetchall())
    if "names_index" not in plan:
        sys.exit("the index is not used:\n" + plan)

    def ask(query):
        cursor.execute("EXECUTE ask(%s)", (query,))
        return cursor.fetchall()

    backend = connection.get_backend_pid()

    def processor():
        """Of the process that answers: its first number is nanoseconds at work."""
        with open(f"/proc/{backend}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e9

    answers, spent, cpu = common.ask_all(common.column(data + "/queries.tsv"), ask, seconds, processor)
    again = time.monotonic()
    second = psycopg2.connect(host=socket, dbname="postgres", user="postgres")
    with second.cursor() as first:
        first.execute("SET enable_seqscan = off")
        first.execute(SELECT[operator].replace("$1", "%(q)s").replace(" % ", " %% "), {"q": "xinjiang textile"})
        first.fetchall()
    opened = time.monotonic() - again
    common.write(out, answers, spent, cpu_s=f"{cpu:.3f}", build_s=f"{built:.1f}", index_bytes=index_bytes + table_bytes,
                 resident_kib=common.resident_kib(server_pids(socket)), open_ms=f"{opened * 1000:.1f}")


main()
