"""Every column of a sweep's store set to every kind of wrong value, one at a time: each
command that reads it has to end with a result, or with one error.

    bad_stores.py ALLOT DIR     DIR is that of a sweep; works in the directory it runs in
"""
import shutil
import sqlite3
import subprocess
import sys

VALUES = ["NULL", "-1", "9223372036854775807", "1e308", "'text'", "x'00ff'", "''"]
TABLES = {
    "words": ["value"],
    "scenarios": ["scenario", "identity"],
    "points": ["point", "settings", "scenario", "message"],
    "settings": ["point", "path", "value"],
    "paths": ["setting", "path"],
    "design": ["position", "point"],
    "names": ["outcome", "at", "metric", "kind", "subject"],
    "runs": ["scenario", "replication", "seconds"],
    "results": ["scenario", "replication", "outcome", "value"],
}


def set_sql(base, table, sql):
    base.execute("PRAGMA writable_schema = ON")
    base.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, table))
    base.execute("PRAGMA writable_schema = RESET")


def spoil(path, table, column, value):
    """Whether a row was changed; a key takes the value in one row, others in all."""
    base = sqlite3.connect(path, isolation_level=None)
    query = "SELECT sql FROM sqlite_master WHERE name = ?"
    (sql,) = base.execute(query, (table,)).fetchone()
    set_sql(base, table, sql.replace(" NOT NULL", ""))
    try:
        n = base.execute(f"UPDATE OR IGNORE {table} SET {column} = {value}").rowcount
    except sqlite3.IntegrityError:  # an INTEGER PRIMARY KEY takes nothing else
        n = 0
    set_sql(base, table, sql)
    base.close()
    return n > 0


def main(allot, swept):
    n_stores = n_bad = 0
    for table, columns in TABLES.items():
        for column in columns:
            for value in VALUES:
                shutil.rmtree("spoiled", ignore_errors=True)
                shutil.copytree(swept, "spoiled")
                if not spoil("spoiled/sweep.sqlite", table, column, value):
                    continue
                n_stores += 1
                for command in (
                    ["report", "spoiled", "--format", "text"],
                    ["export", "spoiled", "-q", "--out", "exported"],
                ):
                    done = subprocess.run([allot, *command], capture_output=True, timeout=20)
                    is_good = done.returncode in (0, 65, 66)
                    if not is_good or (done.returncode and done.stderr.count(b"error:") != 1):
                        n_bad += 1
                        print(table, column, value, command[0], done.returncode)
                        print(done.stderr[:300].decode(errors="replace"))
    print(n_stores, "stores")
    return n_bad > 0 or n_stores < 100


sys.exit(main(*sys.argv[1:]))
