//! Ports and sea lanes of the simulated region, hand-made and small: the simulator does not use the routes that the detectors use.
//!
//! Ports lie in the water nearest to their place, and lanes were checked against Natural Earth 1:10m (public domain) at 0.02 degrees.

use std::collections::BinaryHeap;

/// A port.
#[derive(Clone, Debug)]
pub(crate) struct Port {
    pub code: String,
    pub name: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    pub at: (f64, f64),
    /// Whether tankers call.
    pub oil: bool,
}

pub(crate) struct Lanes {
    pub ports: Vec<Port>,
    nodes: Vec<(f64, f64)>,
    near: Vec<Vec<(usize, f64)>>,
}

/// Great-circle distance in nautical miles.
pub(crate) fn nm(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (f1, f2) = (a.0.to_radians(), b.0.to_radians());
    let dl = (b.1 - a.1).to_radians();
    let h = ((f2 - f1) / 2.0).sin().powi(2) + f1.cos() * f2.cos() * (dl / 2.0).sin().powi(2);
    2.0 * 3440.065 * h.sqrt().min(1.0).asin()
}

/// The point at a bearing (degrees) and distance (nautical miles), for distances of up to some tens of miles.
pub(crate) fn offset(at: (f64, f64), bearing: f64, distance: f64) -> (f64, f64) {
    let b = bearing.to_radians();
    (at.0 + distance * b.cos() / 60.0, at.1 + distance * b.sin() / 60.0 / at.0.to_radians().cos().max(0.05))
}

impl Lanes {
    pub(crate) fn bundled() -> Self {
        let rows = |text: &'static str| text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        let number = |cell: &str| cell.parse::<f64>().expect("the bundled tables hold numbers");
        let ports: Vec<Port> = rows(include_str!("../data/ports.csv"))
            .map(|cells| Port {
                code: cells[0].to_owned(),
                name: cells[1].to_owned(),
                country: cells[2].to_owned(),
                at: (number(cells[3]), number(cells[4])),
                oil: cells[5] == "1",
            })
            .collect();
        let mut nodes: Vec<(f64, f64)> = ports.iter().map(|port| port.at).collect();
        nodes.extend(rows(include_str!("../data/waypoints.csv")).map(|cells| (number(cells[0]), number(cells[1]))));
        let mut near = vec![Vec::new(); nodes.len()];
        for cells in rows(include_str!("../data/lanes.csv")) {
            let (a, b) = (number(cells[0]) as usize, number(cells[1]) as usize);
            let d = nm(nodes[a], nodes[b]);
            near[a].push((b, d));
            near[b].push((a, d));
        }
        Self { ports, nodes, near }
    }

    pub(crate) fn port(&self, code: &str) -> usize {
        self.ports.iter().position(|port| port.code == code).expect("the code is one of the bundled table")
    }

    /// Shortest way between two nodes; ports are the first nodes. Ports are never passed through.
    fn between(&self, from: usize, to: usize) -> Vec<(f64, f64)> {
        let mut best = vec![f64::INFINITY; self.nodes.len()];
        let mut before = vec![usize::MAX; self.nodes.len()];
        let mut heap = BinaryHeap::new();
        best[from] = 0.0;
        // Whole thousandths of a mile: an order without floating point, and the largest first.
        heap.push((std::cmp::Reverse(0u64), from));
        while let Some((std::cmp::Reverse(d), u)) = heap.pop() {
            if u == to {
                break;
            }
            if d as f64 / 1000.0 > best[u] + 0.01 || (u < self.ports.len() && u != from) {
                continue;
            }
            for &(v, w) in &self.near[u] {
                let next = best[u] + w;
                if next < best[v] {
                    best[v] = next;
                    before[v] = u;
                    heap.push((std::cmp::Reverse((next * 1000.0) as u64), v));
                }
            }
        }
        let mut path = vec![self.nodes[to]];
        let mut at = to;
        while at != from && before[at] != usize::MAX {
            at = before[at];
            path.push(self.nodes[at]);
        }
        path.reverse();
        path
    }

    pub(crate) fn ports_route(&self, from: usize, to: usize) -> Vec<(f64, f64)> {
        self.between(from, to)
    }

    /// From a port to a place at sea near a waypoint.
    pub(crate) fn to_point(&self, from: usize, to: (f64, f64)) -> Vec<(f64, f64)> {
        let mut path = self.between(from, self.nearest(to));
        path.push(to);
        path
    }

    fn nearest(&self, at: (f64, f64)) -> usize {
        let waypoints = self.ports.len()..self.nodes.len();
        waypoints.min_by(|&a, &b| nm(self.nodes[a], at).total_cmp(&nm(self.nodes[b], at))).expect("there are waypoints")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_is_reached_from_vladivostok() {
        let lanes = Lanes::bundled();
        let from = lanes.port("RUVVO");
        for to in 0..lanes.ports.len() {
            let path = lanes.ports_route(from, to);
            assert_eq!(path.last(), Some(&lanes.ports[to].at));
            assert_eq!(path.first(), Some(&lanes.ports[from].at), "{}", lanes.ports[to].name);
        }
        let rajin: f64 = lanes.ports_route(from, lanes.port("KPRJN")).windows(2).map(|w| nm(w[0], w[1])).sum();
        assert!((85.0..120.0).contains(&rajin), "{rajin}");
    }
}
