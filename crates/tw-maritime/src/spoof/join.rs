//! One stretch of made-up positions that several rules see is one event.

use super::{Kind, Spoof};
use crate::Time;

/// Events of one ship that this far apart in time are one stretch, seconds: 12 h (our choice; a circle at the edge of reception comes in parts).
const APART_S: i64 = 12 * 3_600;

/// Joins the accusations against one ship that overlap in time, or follow each other closely: the strongest stays and gets the whole time; what another
/// rule finds beside it adds 0.1. Events that are explained stay as they are. Takes the events of one ship in any order.
pub fn join(events: &mut Vec<Spoof>) {
    events.sort_by_key(|event| (event.t0, event.kind, event.t1));
    let mut joined: Vec<Spoof> = Vec::with_capacity(events.len());
    // The stretch that is open, and whether two rules agree.
    let mut open: Option<(Spoof, bool)> = None;
    for event in events.drain(..) {
        if explained(&event) {
            joined.push(event);
            continue;
        }
        open = Some(match open.take() {
            Some((stretch, agree)) if event.t0.0.saturating_sub(stretch.t1.0) <= APART_S => {
                let agree = agree || stretch.kind != event.kind;
                (both(stretch, event), agree)
            }
            other => {
                joined.extend(other.map(close));
                (event, false)
            }
        });
    }
    joined.extend(open.map(close));
    joined.sort_by_key(|event| (event.t0, event.kind, event.t1));
    *events = joined;
}

fn explained(event: &Spoof) -> bool {
    matches!(event.kind, Kind::TwoHulls | Kind::DefaultMmsi | Kind::Jamming | Kind::Resampled) || event.score <= 0.1
}

fn both(a: Spoof, b: Spoof) -> Spoof {
    let (t0, t1) = (a.t0.min(b.t0), a.t1.max(b.t1));
    let (first, last) = (a.first, if b.t1 >= a.t1 { b.last } else { a.last });
    let n = a.n.max(b.n);
    // Of equals a jump says most, and of parts of one kind the longest.
    let rank = |event: &Spoof| (event.score, matches!(event.kind, Kind::Jump | Kind::OnLand), event.n);
    let begins = (a.lat, a.lon);
    let mut stays = if rank(&b).partial_cmp(&rank(&a)).is_some_and(std::cmp::Ordering::is_gt) { b } else { a };
    // A jump knows its own begin and end best.
    if stays.kind != Kind::Jump || !stays.returned {
        // The place is that of the first doubtful fix, which the earlier event has; of a circle it is the middle.
        if stays.t0 > t0 && stays.kind != Kind::Circle {
            (stays.lat, stays.lon) = begins;
        }
        (stays.t0, stays.t1, stays.first, stays.last) = (t0, Time(t1.0), first, last);
    }
    stays.n = stays.n.max(n);
    stays
}

fn close((mut event, agree): (Spoof, bool)) -> Spoof {
    if agree {
        event.score = (event.score + 0.1).min(0.95);
    }
    event
}
