use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use tw_base::{Date, Span};

use crate::cell::{Value, ValueType};
use crate::declare::{Row, Table, TableDef};
use crate::schema::PROVENANCE;

/// The Arrow schema of a table: its stored columns, then the provenance columns.
#[must_use]
pub fn schema(def: &TableDef) -> Schema {
    let mut fields = Vec::new();
    for column in &def.columns {
        for (name, kind) in &column.stored {
            let mut field = Field::new(name, data_type(*kind), !column.required);
            if let Some(unit) = column.unit {
                field = field.with_metadata([("unit".to_owned(), unit.symbol().to_owned())].into());
            }
            fields.push(field);
        }
    }
    for (name, kind, nullable, _) in PROVENANCE {
        fields.push(Field::new(*name, data_type(*kind), *nullable));
    }
    Schema::new(fields)
}

/// Rows as one Arrow batch.
#[must_use]
pub fn batch<T: Table>(rows: &[Row<T>]) -> RecordBatch {
    let schema = schema(&T::def());
    let width = schema.fields().len();
    let mut columns: Vec<Vec<Value>> = vec![Vec::with_capacity(rows.len()); width];
    for row in rows {
        let mut values = row.data.store();
        let p = &row.provenance;
        let line = match &p.record.span {
            Span::Row(n) | Span::SheetRow(_, n) | Span::Line(n) => Value::Int(i64::try_from(*n).unwrap_or(i64::MAX)),
            Span::Bytes(..) => Value::Null,
        };
        values.extend([
            Value::Text(p.origin.to_string()),
            Value::Text(p.source.clone()),
            Value::Text(p.grade.to_string()),
            p.note.clone().map_or(Value::Null, Value::Text),
            p.known.map_or(Value::Null, Value::Date),
            Value::Text(p.record.capture.to_string()),
            line,
            Value::Text(p.record.to_string()),
        ]);
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    let arrays: Vec<ArrayRef> = schema.fields().iter().zip(columns).map(|(field, values)| array(field.data_type(), &values)).collect();
    RecordBatch::try_new(Arc::new(schema), arrays).expect("columns are built from the schema, and required cells are never null")
}

fn data_type(kind: ValueType) -> DataType {
    match kind {
        ValueType::Text => DataType::Utf8,
        ValueType::Int => DataType::Int64,
        ValueType::Float => DataType::Float64,
        ValueType::Date => DataType::Date32,
    }
}

fn array(kind: &DataType, values: &[Value]) -> ArrayRef {
    match kind {
        DataType::Int64 => Arc::new(values.iter().map(|v| if let Value::Int(i) = v { Some(*i) } else { None }).collect::<Int64Array>()),
        DataType::Float64 => {
            Arc::new(values.iter().map(|v| if let Value::Float(x) = v { Some(*x) } else { None }).collect::<Float64Array>())
        }
        DataType::Date32 => {
            Arc::new(values.iter().map(|v| if let Value::Date(d) = v { Some(days(*d)) } else { None }).collect::<Date32Array>())
        }
        _ => Arc::new(values.iter().map(|v| if let Value::Text(t) = v { Some(t.as_str()) } else { None }).collect::<StringArray>()),
    }
}

/// Days since 1970-01-01.
fn days(day: Date) -> i32 {
    (day - jiff::civil::date(1970, 1, 1)).get_days()
}
