use std::collections::BTreeMap;

use proptest::prelude::*;
use tw_ais::{Fix, Positions};

use super::*;

fn fix(mmsi: u32, t: i64, record: u32) -> Fix {
    Fix { mmsi, t, lon: -7, lat: 11, sog: 101, cog: 3599, heading: 359, status: 1, class: 1, receiver: 1, file: 0, record }
}

fn part(name: &str, file: u16) -> Part {
    Part { name: name.to_owned(), file, receivers: vec![0, 40 + file] }
}

fn write(dir: &Path, name: &str, rows: &[Fix], memory: usize) {
    let mut writer = PartWriter::with_memory(dir, name, memory).unwrap();
    for chunk in rows.chunks(7) {
        writer.push(chunk.iter().copied().collect::<Positions>().view()).unwrap();
    }
    assert_eq!(writer.finish().unwrap(), rows.len() as u64);
}

fn all(dir: &Path, parts: &[Part]) -> BTreeMap<u32, Vec<(i64, u16, u32, u16)>> {
    let mut ships = BTreeMap::new();
    for n in 0..BUCKETS {
        scan(dir, n, parts, &mut |rows| {
            let seen = rows.iter().map(|f| (f.t, f.file, f.record, f.receiver)).collect();
            assert!(ships.insert(rows.mmsi[0], seen).is_none(), "a ship comes once");
            assert!(rows.mmsi.iter().all(|&mmsi| bucket(mmsi) == n));
            Ok(())
        })
        .unwrap();
    }
    ships
}

#[test]
fn two_captures_give_each_ship_once_in_the_order_of_time() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "one", &[fix(273_000_001, 30, 1), fix(445_000_001, 10, 2), fix(273_000_001, 10, 3)], 1000);
    write(dir.path(), "two", &[fix(273_000_001, 20, 1)], 1000);
    let ships = all(dir.path(), &[part("one", 0), part("two", 1)]);
    assert_eq!(ships[&273_000_001], [(10, 0, 3, 40), (20, 1, 1, 41), (30, 0, 1, 40)]);
    assert_eq!(ships[&445_000_001], [(10, 0, 2, 40)]);
    assert_eq!(ship(dir.path(), 273_000_001, &[part("one", 0), part("two", 1)]).unwrap().t, [10, 20, 30]);
    remove_part(dir.path(), "two").unwrap();
    assert_eq!(all(dir.path(), &[part("one", 0), part("two", 1)])[&273_000_001].len(), 2);
}

#[test]
fn a_row_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let row = fix(999_999_999, 1_500_000_000, 7);
    write(dir.path(), "p", &[row], 1);
    let back = ship(dir.path(), 999_999_999, &[part("p", 3)]).unwrap().get(0);
    assert_eq!(back, Fix { file: 3, receiver: 43, ..row });
}

#[test]
fn spilling_changes_no_byte() {
    let rows: Vec<Fix> = (0..1000).map(|i| fix(i * 7919 % 97, i64::from(i * 31 % 211), i + 1)).collect();
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(a.path(), "p", &rows, usize::MAX);
    write(b.path(), "p", &rows, 50);
    for n in 0..BUCKETS {
        let name = format!("bucket={n:02}/p.parquet");
        assert_eq!(fs::read(a.path().join(&name)).ok(), fs::read(b.path().join(&name)).ok(), "{name}");
    }
    assert!(fs::read_dir(b.path()).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().starts_with('.')));
}

#[test]
fn a_file_that_breaks_the_contract_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let n = bucket(5);
    let folder = dir.path().join(format!("bucket={n:02}"));
    fs::create_dir_all(&folder).unwrap();
    let rows: Positions = [fix(5, 20, 1), fix(5, 10, 2)].into_iter().collect();
    write_sorted(&folder.join("p.parquet"), "p", rows).unwrap();
    let error = scan(dir.path(), n, &[part("p", 0)], &mut |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("not sorted"), "{error}");
    fs::write(folder.join("p.parquet"), b"PAR1 and no more").unwrap();
    assert!(scan(dir.path(), n, &[part("p", 0)], &mut |_| Ok(())).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn nothing_is_lost_or_added(rows in prop::collection::vec((0u32..50, -100i64..100), 0..300), memory in 1usize..400) {
        let dir = tempfile::tempdir().unwrap();
        let rows: Vec<Fix> = rows.into_iter().enumerate().map(|(i, (mmsi, t))| fix(mmsi, t, i as u32)).collect();
        write(dir.path(), "p", &rows, memory);
        let mut expected: BTreeMap<u32, Vec<(i64, u16, u32, u16)>> = BTreeMap::new();
        for row in &rows {
            expected.entry(row.mmsi).or_default().push((row.t, 0, row.record, 40));
        }
        expected.values_mut().for_each(|v| v.sort());
        prop_assert_eq!(all(dir.path(), &[part("p", 0)]), expected);
    }
}
