"""Parquet knows no seconds: DuckDB reads the times as numbers.

Asks DuckDB for the silences that the bench gap_scan finds, of the same files, on one thread: python duckdb_gaps.py DIR"""

import sys
import time

import duckdb

QUERY = """
SELECT count(*), sum(2 * 6371.0088 * asin(sqrt(power(sin(radians(lat - lat0) / 2), 2)
       + cos(radians(lat0)) * cos(radians(lat)) * power(sin(radians(lon - lon0) / 2), 2))))
FROM (SELECT time AS t, lat / 600000.0 AS lat, lon / 600000.0 AS lon,
             lag(time) OVER w AS t0, lag(lat) OVER w / 600000.0 AS lat0, lag(lon) OVER w / 600000.0 AS lon0
      FROM read_parquet('{0}/*/*.parquet') WINDOW w AS (PARTITION BY mmsi ORDER BY time))
WHERE t - t0 >= 12 * 3600
"""

connection = duckdb.connect()
connection.execute("SET threads = 1")
print("duckdb", duckdb.__version__)
for run in range(1, 4):
    began = time.perf_counter()
    answer = connection.execute(QUERY.format(sys.argv[1])).fetchall()
    print(f"run {run}: {time.perf_counter() - began:.3f} s, {answer}")
