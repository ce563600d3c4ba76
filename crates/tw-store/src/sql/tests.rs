use std::time::Instant;

use arrow_array::{ArrayRef, Int64Array};
use serde_json::json;

use super::*;
use crate::{fixture, to_csv, to_json, to_table};

fn ask(sql: &Sql, query: &str) -> serde_json::Value {
    match sql.query(query) {
        Ok(answer) => to_json(&answer),
        Err(error) => panic!("{query}: {error}\n{:?}", error.hint()),
    }
}

#[test]
fn every_family_of_functions_that_people_need_is_there() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    let cases = [
        (
            "SELECT supplier, sum(barrels) AS b, count(*) AS n FROM deliveries GROUP BY supplier ORDER BY supplier",
            json!([{"supplier": "CHN", "b": null, "n": 1}, {"supplier": "RUS", "b": 23279.5, "n": 2}]),
        ),
        (
            "SELECT min(barrels) AS a, max(barrels) AS b, avg(barrels) AS c, count(barrels) AS d, median(barrels) AS e FROM deliveries",
            json!([{"a": 8000.5, "b": 15279.0, "c": 11639.75, "d": 2, "e": 11639.75}]),
        ),
        (
            "SELECT d.supplier, w.low FROM deliveries d JOIN worker_counts w ON d.supplier = w.host WHERE d.period = '2024-01'",
            json!([{"supplier": "RUS", "low": 10000.0}]),
        ),
        (
            "SELECT d.supplier, w.low FROM deliveries d LEFT JOIN worker_counts w ON d.supplier = w.host WHERE w.host IS NULL",
            json!([{"supplier": "CHN", "low": null}]),
        ),
        (
            "SELECT date_part('year', listed) AS y, listed, listed - INTERVAL '1' DAY AS before FROM listings",
            json!([{"y": 2017, "listed": "2017-06-01", "before": "2017-05-31"}]),
        ),
        (
            "SELECT lower(party) AS p, upper(list) AS l, length(party) AS n, substr(party, 1, 7) AS s FROM listings WHERE party LIKE 'Example%' AND party ILIKE '%trading%'",
            json!([{"p": "example trading 예시", "l": "UN-1718", "n": 18, "s": "Example"}]),
        ),
        (
            "SELECT extract(month FROM period_from) AS m, date_trunc('quarter', period_from) AS q, to_char(period_from, '%Y') AS t FROM deliveries WHERE period_to = DATE '2024-03-01'",
            json!([{"m": 2, "q": "2024-01-01T00:00:00", "t": "2024"}]),
        ),
        ("WITH t AS (SELECT barrels FROM deliveries) SELECT sum(barrels) AS s FROM t", json!([{"s": 23279.5}])),
        (
            "SELECT period, sum(barrels) OVER (ORDER BY period) AS running FROM deliveries WHERE supplier = 'RUS' ORDER BY period",
            json!([{"period": "2024-01", "running": 15279.0}, {"period": "2024-02", "running": 23279.5}]),
        ),
        (
            "SELECT coalesce(entries, -1) AS e, CASE WHEN entries IS NULL THEN 'unknown' ELSE 'known' END AS k FROM border_entries ORDER BY period",
            json!([{"e": 753, "k": "known"}, {"e": -1, "k": "unknown"}]),
        ),
        (
            "SELECT string_agg(supplier, '+' ORDER BY supplier) AS s, array_agg(DISTINCT product) AS p FROM deliveries",
            json!([{"s": "CHN+RUS+RUS", "p": ["refined"]}]),
        ),
        (
            "SELECT regexp_replace(basis, '^m.* ', '') AS r, split_part(basis, ' ', 1) AS f FROM deliveries LIMIT 1",
            json!([{"r": "notice", "f": "monthly"}]),
        ),
        ("SELECT round(1.26, 1) AS r, abs(-2) AS a, floor(2.5) AS f", json!([{"r": 1.3, "a": 2, "f": 2.0}])),
        ("SELECT supplier FROM deliveries EXCEPT SELECT host FROM worker_counts", json!([{"supplier": "CHN"}])),
        (
            "SELECT cast(barrels AS BIGINT) AS b, barrels / 2 AS h FROM deliveries WHERE supplier IN (SELECT host FROM worker_counts) ORDER BY b LIMIT 1",
            json!([{"b": 8000, "h": 4000.25}]),
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(ask(&sql, query), expected, "{query}");
    }
}

#[test]
fn tables_are_shown_and_described() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    let mut names: Vec<String> = tw_tables::Tables::NAMES.iter().map(|name| (*name).to_owned()).collect();
    names.sort();
    assert_eq!(sql.tables(), names);
    let shown = ask(&sql, "SHOW TABLES");
    assert!(names.iter().all(|name| shown.to_string().contains(name)), "{shown}");
    let described = ask(&sql, "DESCRIBE deliveries");
    assert_eq!(described[0], json!({"column_name": "supplier", "data_type": "Utf8", "is_nullable": "NO"}));
    assert_eq!(
        ask(&sql, "SELECT count(*) AS n FROM information_schema.columns WHERE table_name = 'deliveries'")[0]["n"],
        described.as_array().map_or(0, Vec::len)
    );
    assert!(!ask(&sql, "SHOW COLUMNS FROM deliveries").as_array().expect("rows").is_empty());
    let plan = to_table(&sql.query("EXPLAIN SELECT sum(barrels) FROM deliveries").expect("a plan"), None);
    assert!(plan.contains("logical_plan") && plan.contains("physical_plan"), "{plan}");
}

#[test]
fn types_have_plain_names_and_repeated_columns_are_kept_apart() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    let answer = sql
        .query("SELECT a.source, b.source, a.barrels, a.period_from, b.line, true AS t, now() AS at FROM deliveries a, worker_counts b")
        .expect("joins");
    let columns: Vec<(&str, &str)> = answer.columns.iter().map(|(name, kind)| (name.as_str(), kind.as_str())).collect();
    assert_eq!(
        columns,
        [
            ("source", "text"),
            ("source_2", "text"),
            ("barrels", "number"),
            ("period_from", "date"),
            ("line", "integer"),
            ("t", "boolean"),
            ("at", "timestamp")
        ]
    );
    assert_eq!(answer.rows(), 3);
    assert!(to_csv(&answer).starts_with("source,source_2,barrels,period_from,line,t,at\n"));
    let empty = sql.query("SELECT barrels FROM deliveries WHERE false").expect("no rows");
    assert_eq!((empty.rows(), to_csv(&empty).as_str(), empty.columns.len()), (0, "barrels\n", 1));
}

#[test]
fn a_statement_that_would_write_or_read_elsewhere_is_refused_and_changes_nothing() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    let out = dir.path().join("out");
    let secret = dir.path().join("secret.csv");
    fs::write(&secret, "a,b\n1,2\n").expect("written");
    let (out_text, secret_text) = (out.display(), secret.display());
    let refused = [
        "INSERT INTO deliveries SELECT * FROM deliveries".to_owned(),
        "UPDATE deliveries SET barrels = 1".to_owned(),
        "DELETE FROM deliveries".to_owned(),
        "TRUNCATE TABLE deliveries".to_owned(),
        "DROP TABLE deliveries".to_owned(),
        "CREATE TABLE t AS SELECT 1".to_owned(),
        "CREATE VIEW v AS SELECT 1".to_owned(),
        "CREATE SCHEMA s".to_owned(),
        "CREATE DATABASE d".to_owned(),
        "CREATE FUNCTION f(BIGINT) RETURNS BIGINT RETURN $1".to_owned(),
        format!("CREATE EXTERNAL TABLE e STORED AS CSV LOCATION '{secret_text}'"),
        format!("COPY deliveries TO '{out_text}' STORED AS CSV"),
        format!("COPY (SELECT 1) TO '{out_text}/x.parquet'"),
        format!("EXPLAIN COPY deliveries TO '{out_text}'"),
        format!("EXPLAIN ANALYZE COPY deliveries TO '{out_text}' STORED AS CSV"),
        "EXPLAIN ANALYZE INSERT INTO deliveries SELECT * FROM deliveries".to_owned(),
        "EXPLAIN EXPLAIN CREATE TABLE t AS SELECT 1".to_owned(),
        "SELECT * INTO t FROM deliveries".to_owned(),
        "WITH x AS (INSERT INTO deliveries SELECT * FROM deliveries) SELECT 1".to_owned(),
        "WITH x AS (DELETE FROM deliveries) SELECT 1".to_owned(),
        "SET datafusion.execution.batch_size = 1".to_owned(),
        "SET datafusion.catalog.information_schema = false".to_owned(),
        "RESET datafusion.execution.batch_size".to_owned(),
        "PREPARE p AS SELECT 1".to_owned(),
        "EXECUTE p".to_owned(),
        "DEALLOCATE p".to_owned(),
        "BEGIN".to_owned(),
        "COMMIT".to_owned(),
        "ATTACH DATABASE 'x' AS y".to_owned(),
        "INSTALL httpfs".to_owned(),
        "LOAD httpfs".to_owned(),
        "USE other".to_owned(),
        "SELECT 1; DROP TABLE deliveries".to_owned(),
        String::new(),
        ";".to_owned(),
        "-- nothing".to_owned(),
    ];
    for query in refused {
        let error = sql.query(&query).expect_err(&query);
        let kind = matches!(
            error,
            StoreError::NotReadOnly { .. } | StoreError::Syntax { .. } | StoreError::Statements { .. } | StoreError::Query { .. }
        );
        assert!(kind, "{query}: {error:?}");
    }
    for query in [
        "DELETE FROM deliveries",
        "COPY deliveries TO 'x'",
        "CREATE EXTERNAL TABLE e STORED AS CSV LOCATION 'x'",
        "SELECT * INTO t FROM deliveries",
        "SET a = 1",
        "EXPLAIN COPY deliveries TO 'x'",
    ] {
        assert!(matches!(sql.query(query), Err(StoreError::NotReadOnly { .. })), "{query}: {:?}", sql.query(query));
    }
    let elsewhere = [
        "SELECT * FROM '/etc/passwd'".to_owned(),
        "SELECT * FROM \"/etc/passwd\"".to_owned(),
        format!("SELECT * FROM '{secret_text}'"),
        format!("SELECT * FROM \"{secret_text}\""),
        format!("SELECT * FROM 'file://{secret_text}'"),
        format!("SELECT * FROM '{}/deliveries.parquet'", dir.path().display()),
        format!("SELECT * FROM read_csv('{secret_text}')"),
        format!("SELECT * FROM read_parquet('{secret_text}')"),
        format!("SELECT * FROM parquet_metadata('{secret_text}')"),
        format!("SELECT * FROM glob('{secret_text}')"),
        format!("DESCRIBE '{secret_text}'"),
        "SELECT * FROM other.public.deliveries".to_owned(),
    ];
    for query in elsewhere {
        let error = sql.query(&query).expect_err(&query);
        assert!(
            matches!(error, StoreError::UnknownTable { .. } | StoreError::Query { .. } | StoreError::Syntax { .. }),
            "{query}: {error:?}"
        );
    }
    assert!(!out.exists());
    assert_eq!(ask(&sql, "SELECT count(*) AS n FROM deliveries"), json!([{"n": 3}]));
    assert_eq!(sql.tables().len(), tw_tables::Tables::NAMES.len());
}

#[test]
fn errors_name_what_there_is() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    let error = sql.query("SELECT * FROM delivries").expect_err("no such table");
    assert_eq!(error.to_string(), "there is no table `delivries`");
    assert!(error.hint().expect("a hint").starts_with("did you mean `deliveries`? tables: border_entries, "), "{error:?}");
    let error = sql.query("SELECT * FROM \"Deliveries\" d JOIN listings l ON d.source = l.source").expect_err("no such table");
    assert!(error.hint().expect("a hint").starts_with("did you mean `deliveries`?"), "{error:?}");
    for query in [
        "SELECT barels FROM deliveries",
        "SELECT d.barels FROM deliveries d",
        "SELECT supplier FROM deliveries WHERE barels > 1",
        "SELECT count(*) FROM deliveries ORDER BY barels",
        "SELECT count(*) FROM deliveries GROUP BY barels",
        "SELECT a.x FROM (SELECT barels FROM deliveries) a",
    ] {
        let error = sql.query(query).expect_err(query);
        assert!(matches!(error, StoreError::UnknownColumn { .. }), "{query}: {error:?}");
        let hint = error.hint().expect("a hint");
        assert!(hint.contains("barrels") && hint.contains("supplier") && hint.starts_with("did you mean `"), "{query}: {hint}");
    }
    let error = sql.query("SELECT nofunction(1)").expect_err("no such function");
    assert!(matches!(&error, StoreError::Query { message } if message.contains("nofunction")), "{error:?}");
    let error = sql.query("SELEC 1").expect_err("not SQL");
    assert!(matches!(error, StoreError::Syntax { .. }), "{error:?}");
    assert!(matches!(sql.query("SELECT 1; SELECT 2"), Err(StoreError::Statements { count: 2 })));
    let error = sql.query("SELECT 1/0").expect_err("no answer");
    assert!(matches!(error, StoreError::Query { .. }), "{error:?}");
    assert!(matches!(sql.query("SELECT * FROM x y z ("), Err(StoreError::Syntax { .. })));
}

#[test]
fn a_query_of_ten_thousand_levels_is_answered_or_refused_and_the_stack_holds() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    let n = 10_000;
    let nested = format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n));
    assert!(matches!(sql.query(&nested), Err(StoreError::TooLong { length: 20_002, .. })));
    let nested = format!("SELECT {}1{}", "(".repeat(950), ")".repeat(950));
    let error = sql.query(&nested).expect_err("too deep");
    assert!(matches!(error, StoreError::Syntax { .. }) && error.hint().expect("a hint").contains("nest less deeply"), "{error:?}");
    let hostile = [
        "(".repeat(n),
        format!("SELECT {}", "(".repeat(n)),
        format!("{}SELECT 1{}", "SELECT * FROM (".repeat(4_000), ")".repeat(4_000)),
        format!("SELECT {}true", "NOT ".repeat(n)),
        format!("SELECT {}1", "- ".repeat(n)),
        format!("SELECT {}1{}", "[".repeat(n), "]".repeat(n)),
        format!("{} SELECT 1", "EXPLAIN ".repeat(8_000)),
        format!("SELECT {}1 END", "CASE WHEN true THEN ".repeat(3_000)),
        format!("SELECT {}1{}", "abs(".repeat(n), ")".repeat(n)),
        format!("SELECT 1{}", "::int".repeat(n)),
        format!("SELECT a{}", "[1]".repeat(n)),
        format!("SELECT 1 FROM deliveries WHERE a{}", " IS NULL".repeat(5_000)),
        "\u{0}".repeat(100),
        "SELECT '\u{0}'".to_owned(),
        // As deep as is let through, and so never refused by its length alone.
        format!("SELECT {}1{}", "CASE WHEN true THEN ".repeat(5), " END".repeat(5)),
        format!("SELECT {}1", "CASE WHEN true THEN ".repeat(5)),
        format!("SELECT {}1{}", "(".repeat(20), ")".repeat(20)),
        format!("SELECT {}1{}", "(".repeat(49), ")".repeat(40)),
        format!("SELECT * FROM {}deliveries{}", "(".repeat(20), ")".repeat(20)),
        format!("SELECT * FROM {}deliveries{}", "(".repeat(45), ")".repeat(40)),
        format!("SELECT {}1{}", "abs(".repeat(20), ")".repeat(20)),
        format!("SELECT {}1{}", "NOT (".repeat(20), ")".repeat(19)),
        format!("SELECT {}1{}", "(SELECT ".repeat(20), ")".repeat(19)),
        format!("SELECT {}1", "NOT ".repeat(1_900)),
        format!("SELECT 1{}", "::int".repeat(950)),
        format!("SELECT 1 FROM deliveries WHERE line{}", " IS NULL".repeat(950)),
        format!("{} SELECT 1", "EXPLAIN ".repeat(1_900)),
        "'".repeat(n),
        "/*".repeat(n),
    ];
    for query in hostile {
        // Whatever the answer, the process is still there to give it.
        let _ = sql.query(&query);
    }
    assert!(matches!(sql.query(&" ".repeat(MAX_SQL + 1)), Err(StoreError::TooLong { .. })));
    assert_eq!(ask(&sql, "SELECT 1 AS one"), json!([{"one": 1}]));
}

#[test]
fn the_longest_flat_expressions_fit_the_stack() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    let sum = format!("SELECT 1{} AS n", "+1".repeat(990));
    assert_eq!(ask(&sql, &sum), json!([{"n": 991}]));
    let longest =
        |head: &str, part: &str, tail: &str| format!("{head}{}{tail}", part.repeat(980 / part.matches([' ', '=']).count().max(1)));
    let _ = sql.query(&longest("SELECT line", "+line", " FROM deliveries"));
    let _ = sql.query(&longest("SELECT 1 FROM deliveries WHERE line=1", " OR line=1", ""));
    let _ = sql.query(&longest("SELECT 1 FROM deliveries WHERE line IN (1", ",1", ")"));
    let _ = sql.query(&longest("SELECT 'a'", "||'a'", ""));
}

#[test]
fn unions_and_joins_by_the_hundred_fit_the_stack() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    let _ = sql.query(&format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(490)));
    let joins: String = (0..60).map(|i| format!(" CROSS JOIN (SELECT 1 AS c{i}) t{i}")).collect();
    let _ = sql.query(&format!("SELECT count(*) FROM deliveries{joins}"));
    assert_eq!(ask(&sql, "SELECT 1 AS one"), json!([{"one": 1}]));
}

#[test]
fn rows_memory_and_time_are_limited() {
    let dir = fixture::folder();
    let few = Sql::open_with(dir.path(), SqlOptions { rows: Some(2), ..SqlOptions::default() }).expect("opens");
    let answer = few.query("SELECT * FROM deliveries").expect("rows");
    assert!(answer.truncated && answer.rows() == 2);
    let answer = few.query("SELECT * FROM border_entries").expect("rows");
    assert!(!answer.truncated && answer.rows() == 2, "exactly the limit is not cut");
    let answer = few.query("SELECT * FROM generate_series(1, 100000000000)").expect("the beginning");
    assert!(answer.truncated && answer.rows() == 2);

    let small = Sql::open_with(dir.path(), SqlOptions { memory: 4 << 20, rows: None, seconds: Some(60) }).expect("opens");
    for query in [
        "SELECT * FROM generate_series(1, 10000000)",
        "SELECT value FROM generate_series(1, 10000000) ORDER BY -value",
        "SELECT value, count(*) FROM generate_series(1, 10000000) GROUP BY value",
    ] {
        assert!(
            matches!(small.query(query), Err(StoreError::Memory { limit: 4194304 })),
            "{query}: {:?}",
            small.query(query).map(|a| a.rows())
        );
    }
    let quick = Sql::open_with(dir.path(), SqlOptions { seconds: Some(1), ..SqlOptions::default() }).expect("opens");
    let began = Instant::now();
    let endless = quick.query("SELECT count(*) FROM generate_series(1, 1000000000000) WHERE value % 7 = 3");
    assert!(matches!(endless, Err(StoreError::Timeout { seconds: 1 })), "{endless:?}");
    assert!(began.elapsed().as_secs() < 20);
}

#[test]
fn batches_in_memory_are_tables_too_and_names_are_not_taken_twice() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    let batch = RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(vec![1, 2, 3])) as ArrayRef)]).expect("a batch");
    sql.register_batch("leads", batch.clone()).expect("free");
    assert_eq!(ask(&sql, "SELECT sum(n) AS s FROM leads, listings"), json!([{"s": 6}]));
    assert!(matches!(sql.register_batch("leads", batch.clone()), Err(StoreError::TableTaken { .. })));
    assert!(matches!(sql.register_batch("deliveries", batch), Err(StoreError::TableTaken { .. })));
}

#[test]
fn folders_with_strange_names_and_other_files_are_read() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let strange = dir.path().join("a*b [2018] 100% é? #1");
    crate::write_tables(&strange, &fixture::tables()).expect("written");
    fs::write(strange.join("notes.txt"), "not a table").expect("written");
    fs::write(strange.join(".x.parquet.1-0.partial"), "half").expect("written");
    fs::copy(strange.join("listings.parquet"), strange.join("my table.v2*.parquet")).expect("copied");
    let sql = Sql::open(&strange).expect("opens");
    assert_eq!(ask(&sql, "SELECT count(*) AS n FROM deliveries"), json!([{"n": 3}]));
    assert_eq!(ask(&sql, "SELECT party FROM \"my table.v2*\""), json!([{"party": "Example Trading 예시"}]));
}

#[test]
fn a_folder_with_a_wrong_or_damaged_table_does_not_open() {
    let dir = fixture::folder();
    fs::copy(dir.path().join("listings.parquet"), dir.path().join("deliveries.parquet")).expect("copied");
    let error = Sql::open(dir.path()).expect_err("wrong columns");
    assert!(matches!(&error, StoreError::Schema { table, .. } if table == "deliveries"), "{error:?}");
    fs::write(dir.path().join("deliveries.parquet"), "PAR1 no PAR1").expect("written");
    assert!(matches!(Sql::open(dir.path()), Err(StoreError::Parquet { .. })));
    assert!(matches!(Sql::open(&dir.path().join("nowhere")), Err(StoreError::Io { .. })));
}

#[test]
fn one_store_serves_several_threads() {
    let dir = fixture::folder();
    let sql = Sql::open(dir.path()).expect("opens");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(ask(&sql, "SELECT count(*) AS n FROM deliveries"), json!([{"n": 3}])));
        }
    });
}
