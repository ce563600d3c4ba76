//! Makes the bundled files of the crate from Natural Earth land as TopoJSON (`land-10m.json` of the world-atlas package).
//!
//! `cargo run --release -p tw-sea --example build_land -- land-10m.json crates/tw-sea/data`
#![expect(clippy::print_stderr, clippy::unwrap_used, reason = "a generator run by hand")]

use std::path::PathBuf;

use tw_sea::{Land, Sea, pack_outline};

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(source), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: build_land LAND.json FOLDER");
        std::process::exit(2);
    };
    let topology: serde_json::Value = serde_json::from_slice(&std::fs::read(source).unwrap()).unwrap();
    let rings = rings(&topology);
    eprintln!("{} rings, {} points", rings.len(), rings.iter().map(Vec::len).sum::<usize>());

    let coast = pack_outline(&rings);
    std::fs::write(folder.join("coast.bin"), &coast).unwrap();
    eprintln!("coast.bin: {} bytes", coast.len());

    // With a third argument the mask that is there already is kept: only the graph is made again.
    let packed = if arguments.next().is_some() { std::fs::read(folder.join("land.bin")).unwrap() } else { Land::pack(&rings) };
    std::fs::write(folder.join("land.bin"), &packed).unwrap();
    eprintln!("land.bin: {} bytes", packed.len());

    let land: &'static Land = Box::leak(Box::new(Land::from_bytes(&packed).unwrap()));
    let (packed, nodes, edges) = Sea::pack(land, &rings);
    std::fs::write(folder.join("sea.bin"), &packed).unwrap();
    eprintln!("sea.bin: {} bytes, {nodes} nodes, {edges} edges", packed.len());
}

/// Rings of the only multipolygon, as (latitude, longitude) without the repeated last point.
fn rings(topology: &serde_json::Value) -> Vec<Vec<(f64, f64)>> {
    let number = |v: &serde_json::Value| v.as_f64().unwrap();
    let (scale, shift) = (&topology["transform"]["scale"], &topology["transform"]["translate"]);
    let arcs: Vec<Vec<(f64, f64)>> = topology["arcs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|arc| {
            let (mut x, mut y) = (0.0, 0.0);
            let point = |step: &serde_json::Value| {
                x += number(&step[0]);
                y += number(&step[1]);
                (y * number(&scale[1]) + number(&shift[1]), x * number(&scale[0]) + number(&shift[0]))
            };
            arc.as_array().unwrap().iter().map(point).collect()
        })
        .collect();
    let mut rings = Vec::new();
    for geometry in topology["objects"]["land"]["geometries"].as_array().unwrap() {
        for polygon in geometry["arcs"].as_array().unwrap() {
            for ring in polygon.as_array().unwrap() {
                let mut points: Vec<(f64, f64)> = Vec::new();
                for index in ring.as_array().unwrap() {
                    let index = index.as_i64().unwrap();
                    let arc = &arcs[if index < 0 { !index } else { index } as usize];
                    points.pop();
                    if index < 0 { points.extend(arc.iter().rev()) } else { points.extend(arc) }
                }
                points.pop();
                // Natural Earth marks 0/0, where receivers without a position put ships, with an island of a metre.
                if points.iter().any(|&(lat, lon)| lat.abs() > 0.1 || lon.abs() > 0.1) {
                    rings.push(unrolled(points));
                }
            }
        }
    }
    rings
}

/// A ring without jumps at the antimeridian, so that longitudes may go beyond 180; a ring around a pole is closed at the pole.
///
/// The package has joined what Natural Earth had cut there.
fn unrolled(mut ring: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let first = ring[0];
    let mut last = first.1;
    for point in &mut ring {
        point.1 += 360.0 * ((last - point.1) / 360.0).round();
        last = point.1;
    }
    let end = first.1 + 360.0 * ((last - first.1) / 360.0).round();
    if end != first.1 {
        let pole = if first.0 < 0.0 { -90.0 } else { 90.0 };
        ring.extend([(first.0, end), (pole, end), (pole, first.1)]);
    }
    ring
}
