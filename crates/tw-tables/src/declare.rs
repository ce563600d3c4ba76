use serde::Serialize;
use tw_base::{Provenance, Unit};

use crate::cell::{Cell, CellFault, CellKind, Value, ValueType};

/// A column of a file.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnDef {
    /// Name in the header.
    pub name: &'static str,
    /// What it holds.
    pub doc: &'static str,
    /// Unit, where it is a quantity.
    pub unit: Option<Unit>,
    /// Whether an empty cell is refused.
    pub required: bool,
    /// How a cell is written.
    #[serde(skip)]
    pub kind: CellKind,
    /// The closed list of words, if it is one.
    pub words: Vec<(&'static str, &'static str)>,
    /// Names and types of the stored columns.
    #[serde(skip)]
    pub stored: Vec<(String, ValueType)>,
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub struct TableDef {
    /// Name, also of its files and its SQL table.
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// Its own columns, in order.
    pub columns: Vec<ColumnDef>,
}

/// A row with where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row<T> {
    /// The facts.
    pub data: T,
    /// Label, citation, grade and pointer.
    pub provenance: Provenance,
}

/// A row type.
pub trait Table: Sized {
    /// Name, also of its files and its SQL table.
    const NAME: &'static str;

    /// The declaration.
    fn def() -> TableDef;

    /// Reads a row, given the text of each column; columns that are absent read as empty.
    ///
    /// # Errors
    /// Every cell that was not taken, not only the first.
    fn read<'a>(cell: &dyn Fn(&str) -> Option<&'a str>) -> Result<Self, Vec<CellFault>>;

    /// The stored values, in the order of the stored columns.
    fn store(&self) -> Vec<Value>;

    /// What cannot be right about the row as a whole, if anything.
    fn fault(&self) -> Option<CellFault>;

    /// The days that the row is about.
    fn days(&self) -> tw_base::Interval;

    /// Text that two rows share only if they say the same thing twice (same source, same subject, same period).
    fn key(&self) -> String;
}

/// Reads one cell; used by the declarations.
pub(crate) fn read_cell<'a, T: Cell>(
    column: &'static str,
    cell: &dyn Fn(&str) -> Option<&'a str>,
    faults: &mut Vec<CellFault>,
) -> Option<T> {
    let text = cell(column).map_or("", str::trim);
    if text.is_empty() {
        let absent = T::absent();
        if absent.is_none() {
            faults.push(CellFault {
                column,
                reason: "the cell is empty".to_owned(),
                hint: Some("this column is required in every row".to_owned()),
            });
        }
        return absent;
    }
    match T::read(text) {
        Ok(value) => Some(value),
        Err((reason, hint)) => {
            faults.push(CellFault { column, reason, hint });
            None
        }
    }
}

/// Declares a closed list of words.
macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $( #[doc = $word_doc:literal] $variant:ident = $word:literal, )+ }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( #[doc = $word_doc] #[serde(rename = $word)] $variant, )+
        }

        impl $name {
            /// The word used in files.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl $crate::cell::Cell for $name {
            const KIND: $crate::cell::CellKind = $crate::cell::CellKind::Word;
            const STORED: &'static [(&'static str, $crate::cell::ValueType)] = &[("", $crate::cell::ValueType::Text)];

            fn words() -> Vec<(&'static str, &'static str)> {
                vec![ $( ($word, $word_doc.trim_ascii()), )+ ]
            }

            fn read(text: &str) -> Result<Self, (String, Option<String>)> {
                match text {
                    $( $word => Ok(Self::$variant), )+
                    _ => Err($crate::cell::unknown_word(text, &Self::words())),
                }
            }

            fn store(&self) -> Vec<$crate::cell::Value> {
                vec![$crate::cell::Value::Text(self.word().to_owned())]
            }
        }
    };
}

/// Declares all tables: row types, and the set that holds their rows.
macro_rules! tables {
    ($(
        $(#[doc = $doc:literal])+
        $field:ident: $row:ident {
            $( #[doc = $column_doc:literal] $column:ident: $type:ty $([$unit:ident])?, )+
        }
        days($days_self:ident) $days:block
        key($key_self:ident) $key:block
        fault($fault_self:ident) $fault:block
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, PartialEq, serde::Serialize)]
            pub struct $row {
                $( #[doc = $column_doc] pub $column: $type, )+
            }

            impl $crate::declare::Table for $row {
                const NAME: &'static str = stringify!($field);

                fn def() -> $crate::declare::TableDef {
                    $crate::declare::TableDef {
                        name: Self::NAME,
                        doc: concat!($($doc,)+).trim_ascii(),
                        columns: vec![ $( $crate::declare::ColumnDef {
                            name: stringify!($column),
                            doc: $column_doc.trim_ascii(),
                            unit: None $( .or(Some(tw_base::Unit::$unit)) )?,
                            required: <$type as $crate::cell::Cell>::REQUIRED,
                            kind: <$type as $crate::cell::Cell>::KIND,
                            words: <$type as $crate::cell::Cell>::words(),
                            stored: <$type as $crate::cell::Cell>::STORED.iter().map(|(suffix, kind)| (format!("{}{suffix}", stringify!($column)), *kind)).collect(),
                        }, )+ ],
                    }
                }

                fn read<'a>(cell: &dyn Fn(&str) -> Option<&'a str>) -> Result<Self, Vec<$crate::cell::CellFault>> {
                    let mut faults = Vec::new();
                    $( let $column = $crate::declare::read_cell::<$type>(stringify!($column), cell, &mut faults); )+
                    match ($($column,)+) {
                        ($(Some($column),)+) => {
                            let row = Self { $($column,)+ };
                            match row.fault() {
                                None => Ok(row),
                                Some(fault) => Err(vec![fault]),
                            }
                        }
                        _ => Err(faults),
                    }
                }

                fn store(&self) -> Vec<$crate::cell::Value> {
                    let mut values = Vec::new();
                    $( values.extend($crate::cell::Cell::store(&self.$column)); )+
                    values
                }

                fn fault(&self) -> Option<$crate::cell::CellFault> {
                    let $fault_self = self;
                    $fault
                }

                fn days(&self) -> tw_base::Interval {
                    let $days_self = self;
                    $days
                }

                fn key(&self) -> String {
                    let $key_self = self;
                    $key
                }
            }
        )+

        /// All rows of a case, by table.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
        pub struct Tables {
            $( $(#[doc = $doc])+ pub $field: Vec<$crate::declare::Row<$row>>, )+
        }

        impl Tables {
            /// Names of all tables, in the order of the reference page.
            pub const NAMES: &'static [&'static str] = &[ $( stringify!($field), )+ ];

            /// The declarations of all tables.
            #[must_use]
            pub fn defs() -> Vec<$crate::declare::TableDef> {
                vec![ $( <$row as $crate::declare::Table>::def(), )+ ]
            }

            /// Reads a row of the table with that name and adds it. `None` if there is no such table.
            ///
            /// # Errors
            /// Every cell that was not taken; nothing is added then.
            pub fn push<'a>(&mut self, table: &str, cell: &dyn Fn(&str) -> Option<&'a str>, provenance: tw_base::Provenance) -> Option<Result<(), Vec<$crate::cell::CellFault>>> {
                match table {
                    $( stringify!($field) => Some(<$row as $crate::declare::Table>::read(cell).map(|data| self.$field.push($crate::declare::Row { data, provenance }))), )+
                    _ => None,
                }
            }

            /// Key and provenance of every row of the table with that name, in order. Empty if there is no such table.
            #[must_use]
            pub fn keys(&self, table: &str) -> Vec<(String, &tw_base::Provenance)> {
                match table {
                    $( stringify!($field) => self.$field.iter().map(|row| ($crate::declare::Table::key(&row.data), &row.provenance)).collect(), )+
                    _ => Vec::new(),
                }
            }

            /// Number of rows by table.
            #[must_use]
            pub fn counts(&self) -> Vec<(&'static str, usize)> {
                vec![ $( (stringify!($field), self.$field.len()), )+ ]
            }

            /// Keeps the rows for which the answer is yes; it is asked with the table, the days of the row and its provenance.
            pub fn retain(&mut self, mut keep: impl FnMut(&'static str, tw_base::Interval, &tw_base::Provenance) -> bool) {
                $( self.$field.retain(|row| keep(stringify!($field), $crate::declare::Table::days(&row.data), &row.provenance)); )+
            }

            /// Puts the rows of every table in the order of what they say, so that nothing can hang on their order in a file.
            pub fn sort(&mut self) {
                $( self.$field.sort_by_cached_key(|row| ($crate::declare::Table::key(&row.data), row.provenance.source.clone(), format!("{:?}", row.data))); )+
            }

            /// Adds all rows of another set.
            pub fn append(&mut self, other: Self) {
                $( self.$field.extend(other.$field); )+
            }

            /// Every table as an Arrow batch, the empty ones too.
            #[must_use]
            pub fn batches(&self) -> Vec<(&'static str, arrow_array::RecordBatch)> {
                vec![ $( (stringify!($field), $crate::arrow::batch(&self.$field)), )+ ]
            }
        }
    };
}

pub(crate) use {tables, words};
