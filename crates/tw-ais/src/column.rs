//! Growing columns with gaps, and their Arrow arrays.

use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int8Type, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{ArrayRef, BooleanArray, PrimitiveArray, StringArray};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::DataType;

/// Which rows have a value, a bit each.
#[derive(Debug, Default)]
pub(crate) struct Valid {
    words: Vec<u64>,
    count: usize,
}

impl Valid {
    #[inline(always)]
    pub fn set(&mut self, row: usize) {
        let word = row / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (row % 64);
        self.count += 1;
    }

    /// Adds the bits of up to 64 rows at a row that is a multiple of 64.
    #[inline(always)]
    pub fn push_word(&mut self, bits: u64) {
        self.words.push(bits);
        self.count += bits.count_ones() as usize;
    }

    pub fn finish(&mut self, rows: usize) -> Option<NullBuffer> {
        let mut words = std::mem::take(&mut self.words);
        let count = std::mem::take(&mut self.count);
        if count == rows {
            return None;
        }
        words.resize(rows.div_ceil(64), 0);
        Some(NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(words), 0, rows)))
    }
}

/// A column that a table declares.
pub(crate) trait Column: Default {
    /// Its Arrow type.
    fn data_type() -> DataType;
    /// Its array, which has this many rows; the column is empty after.
    fn finish(&mut self, rows: usize) -> ArrayRef;
}

/// Numbers.
#[derive(Debug)]
pub(crate) struct Numbers<T: ArrowPrimitiveType> {
    pub values: Vec<T::Native>,
    pub valid: Valid,
}

impl<T: ArrowPrimitiveType> Default for Numbers<T> {
    fn default() -> Self {
        Self { values: Vec::new(), valid: Valid::default() }
    }
}

impl<T: ArrowPrimitiveType> Numbers<T> {
    #[inline(always)]
    pub fn set(&mut self, row: usize, value: T::Native) {
        if self.values.len() < row {
            self.values.resize(row, T::Native::default());
        }
        self.values.push(value);
        self.valid.set(row);
    }

    #[inline(always)]
    pub fn set_some(&mut self, row: usize, value: Option<T::Native>) {
        if let Some(value) = value {
            self.set(row, value);
        }
    }
}

impl<T: ArrowPrimitiveType> Column for Numbers<T> {
    fn data_type() -> DataType {
        T::DATA_TYPE
    }

    fn finish(&mut self, rows: usize) -> ArrayRef {
        let mut values = std::mem::take(&mut self.values);
        values.resize(rows, T::Native::default());
        Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), self.valid.finish(rows)))
    }
}

pub(crate) type F64 = Numbers<Float64Type>;
pub(crate) type I8 = Numbers<Int8Type>;
pub(crate) type U8 = Numbers<UInt8Type>;
pub(crate) type U16 = Numbers<UInt16Type>;
pub(crate) type U32 = Numbers<UInt32Type>;

/// Yes or no.
#[derive(Debug, Default)]
pub(crate) struct Flag {
    pub bits: Vec<u64>,
    pub valid: Valid,
}

impl Flag {
    #[inline(always)]
    pub fn set(&mut self, row: usize, value: bool) {
        let word = row / 64;
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= u64::from(value) << (row % 64);
        self.valid.set(row);
    }
}

impl Column for Flag {
    fn data_type() -> DataType {
        DataType::Boolean
    }

    fn finish(&mut self, rows: usize) -> ArrayRef {
        let mut bits = std::mem::take(&mut self.bits);
        bits.resize(rows.div_ceil(64), 0);
        Arc::new(BooleanArray::new(BooleanBuffer::new(Buffer::from_vec(bits), 0, rows), self.valid.finish(rows)))
    }
}

/// Text, ASCII only.
#[derive(Debug)]
pub(crate) struct Text {
    bytes: Vec<u8>,
    offsets: Vec<i32>,
    valid: Valid,
}

impl Default for Text {
    fn default() -> Self {
        Self { bytes: Vec::new(), offsets: vec![0], valid: Valid::default() }
    }
}

impl Text {
    /// A value that is written by `write`; an empty one is missing.
    #[inline(always)]
    pub fn write(&mut self, row: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let before = self.bytes.len();
        write(&mut self.bytes);
        if self.bytes.len() == before {
            return;
        }
        self.offsets.resize(row + 1, before as i32);
        self.offsets.push(self.bytes.len() as i32);
        self.valid.set(row);
    }
}

impl Column for Text {
    fn data_type() -> DataType {
        DataType::Utf8
    }

    fn finish(&mut self, rows: usize) -> ArrayRef {
        let bytes = std::mem::take(&mut self.bytes);
        let mut offsets = std::mem::replace(&mut self.offsets, vec![0]);
        offsets.resize(rows + 1, bytes.len() as i32);
        Arc::new(StringArray::new(OffsetBuffer::new(ScalarBuffer::from(offsets)), Buffer::from_vec(bytes), self.valid.finish(rows)))
    }
}

/// Declares a table: a struct of columns and what is known about each.
macro_rules! table {
    ($(#[doc = $doc:literal])+ $name:ident { $( $field:ident : $type:ty, $column:literal, $pyais:literal, $what:literal; )+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Default)]
        pub(crate) struct $name { $( pub $field: $type, )+ }

        impl $name {
            pub const COLUMNS: &'static [$crate::tables::ColumnDoc] = &[
                $( $crate::tables::ColumnDoc { name: $column, pyais: $pyais, doc: $what }, )+
            ];

            pub fn fields() -> Vec<arrow_schema::Field> {
                vec![ $( arrow_schema::Field::new($column, <$type as $crate::column::Column>::data_type(), true), )+ ]
            }

            pub fn finish(&mut self, rows: usize) -> Vec<arrow_array::ArrayRef> {
                vec![ $( $crate::column::Column::finish(&mut self.$field, rows), )+ ]
            }
        }
    };
}
pub(crate) use table;
