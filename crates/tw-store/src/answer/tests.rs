use std::sync::Arc;

use arrow_array::{Date32Array, Float64Array, Int64Array, StringArray};
use proptest::prelude::*;

use super::*;

fn answer() -> Answer {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("who", Arc::new(StringArray::from(vec![Some("Kim, \"K\""), None, Some("")]))),
        ("n", Arc::new(Int64Array::from(vec![Some(7), None, Some(-1)]))),
        ("x", Arc::new(Float64Array::from(vec![Some(15_279.0), Some(f64::NAN), Some(1e300)]))),
        ("day", Arc::new(Date32Array::from(vec![Some(17_318), None, Some(0)]))),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).expect("a batch");
    let columns = batch.schema().fields().iter().map(|field| (field.name().clone(), type_word(field.data_type()))).collect();
    Answer { columns, batches: vec![batch], truncated: false }
}

#[test]
fn json_keeps_unknown_values_and_writes_days_as_iso_text() {
    assert_eq!(
        to_json(&answer()),
        serde_json::json!([
            {"who": "Kim, \"K\"", "n": 7, "x": 15279.0, "day": "2017-06-01"},
            {"who": null, "n": null, "x": "NaN", "day": null},
            {"who": "", "n": -1, "x": 1e300, "day": "1970-01-01"},
        ])
    );
}

#[test]
fn csv_tells_unknown_from_empty() {
    assert_eq!(to_csv(&answer()), "who,n,x,day\n\"Kim, \"\"K\"\"\",7,15279,2017-06-01\n,,NaN,\n\"\",-1,1e300,1970-01-01\n");
}

#[test]
fn a_table_puts_numbers_on_the_right_and_cuts_only_when_a_width_is_given() {
    let expected = "\
who        n      x  day
--------  --  -----  ----------
Kim, \"K\"   7  15279  2017-06-01
–          –    NaN  –
          -1  1e300  1970-01-01
";
    assert_eq!(to_table(&answer(), None), expected);
    let narrow = "\
who     n      x  day
------  --  -----  ------
";
    let cut = to_table(&answer(), Some(26));
    assert!(cut.lines().all(|line| line.width() <= 26), "{cut}");
    assert!(cut.contains('…') && cut.lines().count() == narrow.lines().count() + 3, "{cut}");
}

#[test]
fn columns_without_room_are_named_and_not_dropped_in_silence() {
    let cut = to_table(&answer(), Some(12));
    assert!(cut.ends_with("(2 more col…\n"), "{cut}");
    assert!(cut.lines().all(|line| line.width() <= 12), "{cut}");
}

#[test]
fn a_terminal_is_not_given_control_characters() {
    let hostile = StringArray::from(vec!["\u{1b}[2Jgone\r\u{7}\u{202e}abc\nsecond"]);
    let batch = RecordBatch::try_from_iter([("a\u{1b}b", Arc::new(hostile) as ArrayRef)]).expect("a batch");
    let answer = Answer { columns: vec![("a\u{1b}b".to_owned(), "text".to_owned())], batches: vec![batch], truncated: true };
    let table = to_table(&answer, None);
    assert!(table.chars().all(|c| c == '\n' || (!c.is_control() && c != '\u{202e}')), "{table:?}");
    assert!(
        table.contains("\\u{1b}[2Jgone") && table.contains("\nsecond\n") && table.ends_with("(the first 1 rows; there are more)\n"),
        "{table}"
    );
}

#[test]
fn repeated_names_are_told_apart() {
    let names = ["a", "a", "a_2", "a"].map(str::to_owned);
    assert_eq!(distinct(names), ["a", "a_2", "a_2_2", "a_3"]);
}

proptest! {
    #[test]
    fn a_table_fits_any_width_and_csv_has_one_record_a_row(texts in prop::collection::vec(prop::option::of("[a-z예\u{1b},\"\n ]{0,30}"), 0..6), width in 1_usize..60) {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("first", Arc::new(StringArray::from(texts.clone()))),
            ("second", Arc::new(StringArray::from(texts.clone()))),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).expect("a batch");
        let names = ["first", "second"];
        let answer = Answer { columns: names.map(|n| (n.to_owned(), "text".to_owned())).to_vec(), batches: vec![batch], truncated: false };
        let table = to_table(&answer, Some(width));
        prop_assert!(table.lines().all(|line| line.width() <= width), "{}", table);
        let csv = to_csv(&answer);
        let mut records = 0;
        let mut inside = false;
        for c in csv.chars() {
            if c == '"' { inside = !inside; }
            if c == '\n' && !inside { records += 1; }
        }
        prop_assert_eq!(records, texts.len() + 1);
    }
}
