//! SQL over the tables of a case: reading only, in bounded memory.
//!
//! ```
//! use tw_store::{Sql, to_json};
//! # let dir = tempfile::tempdir().expect("a temporary folder");
//! # tw_store::write_tables(dir.path(), &tw_tables::Tables::default()).expect("an empty folder takes tables");
//! let sql = Sql::open(dir.path())?;
//! let answer = sql.query("SELECT count(*) AS n FROM deliveries")?;
//! assert_eq!(to_json(&answer).to_string(), r#"[{"n":0}]"#);
//! # Ok::<(), tw_store::StoreError>(())
//! ```

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use datafusion::common::{DataFusionError, SchemaError, TableReference};
use datafusion::datasource::MemTable;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{ParquetReadOptions, SQLOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::{DFParserBuilder, Statement as EngineStatement};
use datafusion::sql::sqlparser::ast::Statement;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use futures::StreamExt;
use tokio::runtime::Runtime;

use crate::answer::{Answer, distinct, type_word};
use crate::error::StoreError;
use crate::parquet::{read_schema, stem};

/// Longest query taken, in bytes. Longer ones are made by programs.
pub const MAX_SQL: usize = 64 * 1024;

/// Most words and signs of a query. Planning a flat chain such as `1+1+1+…` takes time by the
/// square of its length: about 5 s at this length in an unoptimised build.
pub const MAX_TOKENS: usize = 2_000;

/// Positions as people read them: what was not available is NULL (ITU-R M.1371-5, table 48).
const POSITIONS: &str = "mmsi, time, lat / 600000.0 AS lat, lon / 600000.0 AS lon, nullif(sog, 1023) / 10.0 AS knots, \
     nullif(cog, 3600) / 10.0 AS course, nullif(heading, 511) AS heading, status, class, receiver, record, arrow_cast(part, 'Utf8') AS part";

/// Static reports as people read them.
const STATICS: &str = "mmsi, time, time_last, reports, nullif(imo, 0) AS imo, callsign, name, ship_type, bow + stern AS length, \
     port + starboard AS beam, nullif(draught, 0) / 10.0 AS draught, destination, eta_month, eta_day, eta_hour, eta_minute, message, record";

/// Deepest nesting of parentheses and subqueries that the parser follows; the engine's own default.
const MAX_NESTING: usize = 50;

/// Deepest nesting of CASE. The parser tries each level more than once, so its time grows by a power of the depth.
const MAX_CASES: usize = 5;

/// Stack of the thread that plans and runs a query, in bytes. It is only reserved; a flat query touches a few pages of it.
///
/// The engine protects its own walks over a deep tree by growing the stack, but not the copying and dropping of one. The deepest tree that
/// [`MAX_TOKENS`] allows (`1+1+1+…`) needs less than this in an unoptimised build; a test holds it to that.
const STACK: usize = 256 * 1024 * 1024;

/// Limits of a [`Sql`].
#[derive(Clone, Copy, Debug)]
pub struct SqlOptions {
    /// Memory for sorting, grouping and joining, and again for the rows of the answer, in bytes.
    pub memory: usize,
    /// Most rows of an answer; the answer says if there are more.
    pub rows: Option<usize>,
    /// Longest time for running a query, in seconds. Reading and planning it comes before and is bounded by its length.
    pub seconds: Option<u64>,
}

impl Default for SqlOptions {
    /// 1 GiB, all rows, no limit of time.
    fn default() -> Self {
        Self { memory: 1 << 30, rows: None, seconds: None }
    }
}

/// The tables of a folder, ready for queries.
///
/// Nothing a query says can change a file or read one that is not a table of the folder, and nothing is spilled to disk. One thread does
/// the work, so rows come in the order of the files unless the query orders them.
pub struct Sql {
    context: SessionContext,
    runtime: Runtime,
    options: SqlOptions,
}

impl std::fmt::Debug for Sql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sql").field("tables", &self.tables()).field("options", &self.options).finish_non_exhaustive()
    }
}

impl Sql {
    /// Opens a folder: every `<dir>/<name>.parquet` becomes the table `<name>`.
    ///
    /// # Errors
    /// [`StoreError::Io`] if the folder cannot be read; [`StoreError::Parquet`] and [`StoreError::Schema`] for the first file that is
    /// damaged, or named after a table of [`tw_tables`] without having its columns.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_with(dir, SqlOptions::default())
    }

    /// As [`Sql::open`], with other limits.
    ///
    /// # Errors
    /// As [`Sql::open`].
    pub fn open_with(dir: &Path, options: SqlOptions) -> Result<Self, StoreError> {
        let sql = Self::empty(options)?;
        for path in files(dir)? {
            sql.register_file(&path)?;
        }
        Ok(sql)
    }

    /// Without any table.
    ///
    /// # Errors
    /// [`StoreError::Engine`] if the engine does not start.
    pub fn empty(options: SqlOptions) -> Result<Self, StoreError> {
        let mut config = SessionConfig::new().with_information_schema(true).with_target_partitions(1);
        let settings = config.options_mut();
        // Text keeps the type that the tables declare.
        settings.execution.parquet.schema_force_view_types = false;
        settings.execution.parquet.skip_metadata = false;
        settings.sql_parser.map_string_types_to_utf8view = false;
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(options.memory)))
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
            .build_arc()
            .map_err(|error| engine(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(|error| StoreError::Engine { message: error.to_string() })?;
        Ok(Self { context: SessionContext::new_with_config_rt(config, environment), runtime, options })
    }

    /// Adds rows in memory as a table.
    ///
    /// # Errors
    /// [`StoreError::TableTaken`] if the name is taken.
    pub fn register_batch(&self, name: &str, batch: RecordBatch) -> Result<(), StoreError> {
        let table = MemTable::try_new(batch.schema(), vec![vec![batch]]).map_err(|error| engine(&error))?;
        self.free(name)?;
        self.context.register_table(TableReference::bare(name), Arc::new(table)).map_err(|error| engine(&error))?;
        Ok(())
    }

    /// Adds the positions and static reports of a case's parts: the tables `positions` and `statics`, in degrees, knots and metres.
    ///
    /// `ships` is the folder with `positions/bucket=NN/*.parquet` and `statics/*.parquet`; what is not there is no table.
    ///
    /// # Errors
    /// As [`Sql::open`].
    pub fn add_ships(&self, ships: &Path) -> Result<(), StoreError> {
        for (name, folder, view) in [("positions", "positions", POSITIONS), ("statics", "statics", STATICS)] {
            let dir = ships.join(folder);
            if !holds_parquet(&dir) {
                continue;
            }
            self.free(name)?;
            let stored = format!("stored_{name}");
            let whole = fs::canonicalize(&dir).map_err(|error| StoreError::io(&dir, error))?;
            let mut options = ParquetReadOptions::default();
            if folder == "positions" {
                options = options.table_partition_cols(vec![("bucket".to_owned(), arrow_schema::DataType::Utf8)]);
            }
            let place = format!("{}/", url(&whole));
            apart(|| {
                self.runtime
                    .block_on(async {
                        self.context.register_parquet(TableReference::bare(stored.as_str()), place, options).await?;
                        self.context.sql(&format!("CREATE VIEW {name} AS SELECT {view} FROM {stored}")).await?;
                        Ok(())
                    })
                    .map_err(|error: DataFusionError| StoreError::Parquet {
                        path: dir.display().to_string(),
                        message: error.strip_backtrace(),
                    })
            })?;
        }
        Ok(())
    }

    /// Names of the tables, in order.
    #[must_use]
    pub fn tables(&self) -> Vec<String> {
        let mut names =
            self.context.catalog("datafusion").and_then(|catalog| catalog.schema("public")).map_or_else(Vec::new, |s| s.table_names());
        names.sort();
        names
    }

    /// Answers one SELECT, WITH, EXPLAIN, SHOW or DESCRIBE.
    ///
    /// # Errors
    /// [`StoreError::NotReadOnly`] for any other statement, before anything is done; [`StoreError::Syntax`],
    /// [`StoreError::UnknownTable`], [`StoreError::UnknownColumn`] or [`StoreError::Query`] if it cannot be answered;
    /// [`StoreError::Memory`], [`StoreError::Timeout`] or [`StoreError::TooLong`] if it passes a limit.
    pub fn query(&self, sql: &str) -> Result<Answer, StoreError> {
        refuse_long(sql)?;
        apart(|| {
            self.runtime.block_on(async {
                let Some(seconds) = self.options.seconds else { return self.answer(sql).await };
                tokio::time::timeout(Duration::from_secs(seconds), self.answer(sql)).await.unwrap_or(Err(StoreError::Timeout { seconds }))
            })
        })
    }

    async fn answer(&self, sql: &str) -> Result<Answer, StoreError> {
        let statement = parse(sql)?;
        refuse_unless_reading(&statement)?;
        let state = self.context.state();
        let tables = state.resolve_table_references(&statement).unwrap_or_default();
        let plan = match state.statement_to_plan(statement).await {
            Ok(plan) => plan,
            Err(error) => return Err(self.explain(&error, &tables)),
        };
        refuse_unless_plan_reads(&plan)?;
        let fault = |error: DataFusionError| self.explain(&error, &tables);
        let frame = self.context.execute_logical_plan(plan).await.map_err(fault)?;
        let mut stream = frame.execute_stream().await.map_err(fault)?;
        let schema = stream.schema();
        let mut batches = Vec::new();
        let (mut rows, mut bytes, mut truncated) = (0, 0, false);
        while let Some(batch) = stream.next().await {
            let mut batch = batch.map_err(fault)?;
            if let Some(limit) = self.options.rows
                && rows + batch.num_rows() > limit
            {
                batch = batch.slice(0, limit - rows);
                truncated = true;
            }
            rows += batch.num_rows();
            bytes += batch.get_array_memory_size();
            if bytes > self.options.memory {
                return Err(StoreError::Memory { limit: self.options.memory });
            }
            if batch.num_rows() > 0 {
                batches.push(batch);
            }
            if truncated {
                break;
            }
        }
        Ok(Answer { columns: columns(&schema), batches, truncated })
    }

    fn register_file(&self, path: &Path) -> Result<(), StoreError> {
        let Some(name) = stem(path) else {
            let error = std::io::Error::new(std::io::ErrorKind::InvalidInput, "its name is not UTF-8");
            return Err(StoreError::io(path, error));
        };
        let schema = apart(|| read_schema(path))?;
        self.free(name)?;
        let whole = fs::canonicalize(path).map_err(|error| StoreError::io(path, error))?;
        let options = ParquetReadOptions::default().schema(&schema);
        apart(|| {
            let added = self.runtime.block_on(self.context.register_parquet(TableReference::bare(name), url(&whole), options));
            added.map_err(|error| StoreError::Parquet { path: path.display().to_string(), message: error.strip_backtrace() })
        })
    }

    fn free(&self, name: &str) -> Result<(), StoreError> {
        if self.tables().iter().any(|table| table == name) { Err(StoreError::TableTaken { name: name.to_owned() }) } else { Ok(()) }
    }

    /// The engine's error in this crate's words.
    fn explain(&self, error: &DataFusionError, tables: &[TableReference]) -> StoreError {
        let root = match error.find_root() {
            DataFusionError::Collection(errors) => errors.first().map_or(error, DataFusionError::find_root),
            root => root,
        };
        match root {
            DataFusionError::ResourcesExhausted(_) => return StoreError::Memory { limit: self.options.memory },
            DataFusionError::SchemaError(fault, _) => {
                if let SchemaError::FieldNotFound { field, valid_fields } = fault.as_ref() {
                    let known = valid_fields.iter().map(|field| field.flat_name()).collect();
                    return StoreError::UnknownColumn { name: field.flat_name(), known };
                }
            }
            DataFusionError::Plan(_) => {
                if let Some(table) = tables.iter().find(|table| !self.context.table_exist((*table).clone()).unwrap_or(false)) {
                    return StoreError::UnknownTable { name: table.to_string(), known: self.tables() };
                }
            }
            DataFusionError::Internal(message) => return StoreError::Engine { message: first_line(message) },
            _ => {}
        }
        StoreError::Query { message: root.message().trim().to_owned() }
    }
}

/// Runs work on a thread with a deep stack; a panic of the engine becomes an error.
fn apart<T: Send>(work: impl FnOnce() -> Result<T, StoreError> + Send) -> Result<T, StoreError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("sql".to_owned()).stack_size(STACK).spawn_scoped(scope, work);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StoreError::Engine { message: "it met a case that it does not handle".to_owned() }),
            Err(error) => Err(StoreError::Engine { message: format!("no thread could be started: {error}") }),
        }
    })
}

/// Refuses what would keep the parser or the planner busy for minutes; neither can be interrupted.
fn refuse_long(sql: &str) -> Result<(), StoreError> {
    if sql.len() > MAX_SQL {
        return Err(StoreError::TooLong { length: sql.len(), what: "bytes", limit: MAX_SQL });
    }
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize().map_err(|error| StoreError::Syntax { message: error.to_string() })?;
    let length = tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).count();
    if length > MAX_TOKENS {
        return Err(StoreError::TooLong { length, what: "words and signs", limit: MAX_TOKENS });
    }
    let mut depth = 0_usize;
    for token in &tokens {
        match token {
            Token::Word(word) if word.keyword == Keyword::CASE => depth += 1,
            Token::Word(word) if word.keyword == Keyword::END => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_CASES {
            return Err(StoreError::Syntax { message: format!("CASE is nested more than {MAX_CASES} times") });
        }
    }
    Ok(())
}

fn parse(sql: &str) -> Result<EngineStatement, StoreError> {
    let syntax = |error: &DataFusionError| StoreError::Syntax { message: error.find_root().message().trim().to_owned() };
    let parser = DFParserBuilder::new(sql).with_recursion_limit(MAX_NESTING).build();
    let mut statements = parser.and_then(|mut parser| parser.parse_statements()).map_err(|error| syntax(&error))?;
    match (statements.pop_front(), statements.len()) {
        (Some(statement), 0) => Ok(statement),
        (first, rest) => Err(StoreError::Statements { count: rest + usize::from(first.is_some()) }),
    }
}

/// Lets through only the statements that read. What a query does inside is checked on its plan.
fn refuse_unless_reading(statement: &EngineStatement) -> Result<(), StoreError> {
    let mut inner = statement;
    while let EngineStatement::Explain(explain) = inner {
        inner = &explain.statement;
    }
    let EngineStatement::Statement(plain) = inner else {
        return Err(not_read_only(inner));
    };
    let mut plain = plain.as_ref();
    while let Statement::Explain { statement, .. } = plain {
        plain = statement;
    }
    match plain {
        Statement::Query(_)
        | Statement::ExplainTable { .. }
        | Statement::ShowTables { .. }
        | Statement::ShowColumns { .. }
        | Statement::ShowFunctions { .. }
        | Statement::ShowVariable { .. } => Ok(()),
        _ => Err(not_read_only(plain)),
    }
}

fn not_read_only(statement: &dyn std::fmt::Display) -> StoreError {
    let text = statement.to_string();
    StoreError::NotReadOnly { statement: text.split_whitespace().next().unwrap_or_default().to_uppercase() }
}

/// A query can hide a change: `SELECT … INTO`, or a data-changing part of WITH.
fn refuse_unless_plan_reads(plan: &LogicalPlan) -> Result<(), StoreError> {
    let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reading.verify_plan(plan).map_err(|_| StoreError::NotReadOnly { statement: "a query that changes something".to_owned() })
}

fn columns(schema: &Schema) -> Vec<(String, String)> {
    let names = distinct(schema.fields().iter().map(|field| field.name().clone()));
    names.into_iter().zip(schema.fields().iter().map(|field| type_word(field.data_type()))).collect()
}

/// Whether there is a Parquet file in a folder or in one of its folders.
fn holds_parquet(dir: &Path) -> bool {
    let entries = |dir: &Path| fs::read_dir(dir).map_or_else(|_| Vec::new(), |all| all.flatten().map(|entry| entry.path()).collect());
    let parquet = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "parquet");
    entries(dir).iter().any(|path| parquet(path) || entries(path).iter().any(parquet))
}

/// The Parquet files of a folder, in the order of their names.
fn files(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(|error| StoreError::io(dir, error))? {
        let path = entry.map_err(|error| StoreError::io(dir, error))?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|extension| extension == "parquet") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A `file:` address: the engine would take `*`, `?` and `[` in a bare path for patterns.
fn url(path: &Path) -> String {
    let mut out = "file://".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            out.push(char::from(*byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes all text");
        }
    }
    out
}

fn engine(error: &DataFusionError) -> StoreError {
    StoreError::Engine { message: first_line(&error.strip_backtrace()) }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests;
