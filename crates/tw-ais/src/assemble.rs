//! Messages of several sentences.

use crate::nmea::{NO_TIME, Sentence};

/// Longest time between the parts of a message, in milliseconds (GFW and gpsd wait as long or less; our choice).
pub const TIMEOUT_MS: i64 = 10_000;
/// Most VDM and VDO sentences between the parts of a message when a time is not known (our choice).
pub const MAX_BETWEEN: u64 = 100;
/// Messages that wait at once; the oldest gives way.
pub(crate) const MAX_WAITING: usize = 256;
/// After so many sentences a message does not wait any more, whatever the clocks say.
const FORGET: u64 = 10_000;

/// One part.
#[derive(Clone, Copy, Default)]
pub(crate) struct Part {
    pub line: u32,
    start: u16,
    len: u16,
    pub fill: u8,
}

/// What is known about the origin of a sentence.
#[derive(Clone, Copy)]
pub(crate) struct From {
    pub line: u32,
    pub station: u16,
    pub group: u64,
    pub time: i64,
    /// Sum that the time sentence names: that of all parts of its message together.
    pub told: Option<Told>,
}

/// The sum of a message that a time sentence names, and the line of that sentence.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub sum: u8,
    pub line: u32,
}

/// A message that waits for parts.
pub(crate) struct Waiting {
    total: u8,
    sequence: u8,
    pub channel: u8,
    pub own: bool,
    pub station: u16,
    group: u64,
    pub time: i64,
    since: u64,
    have: u16,
    parts: [Part; 9],
    chars: Vec<u8>,
    last_line: u32,
    sum: u8,
    told: Option<Told>,
}

impl Waiting {
    /// The time sentence that is not of this message after all.
    pub fn wrong_time(&self) -> Option<u32> {
        self.told.filter(|told| told.sum != self.sum).map(|told| told.line)
    }

    /// Parts at hand.
    pub fn count(&self) -> u32 {
        self.have.count_ones()
    }

    /// Line of the first part, or of the lowest one at hand.
    pub fn line(&self) -> u32 {
        self.parts[(self.have.trailing_zeros() as usize).min(8)].line
    }

    /// The parts in their order.
    pub fn parts(&self) -> impl Iterator<Item = (&[u8], usize)> {
        self.parts[..usize::from(self.total)].iter().map(|part| {
            let start = usize::from(part.start);
            (&self.chars[start..start + usize::from(part.len)], usize::from(part.fill))
        })
    }

    fn add(&mut self, s: &Sentence<'_>, from: From) {
        let i = usize::from(s.part - 1);
        let (start, len) = (self.chars.len() as u16, s.payload.len() as u16);
        self.chars.extend_from_slice(s.payload);
        // What the first part says counts more than what later ones say.
        let before = self.have & ((1 << i) - 1) == 0;
        self.parts[i] = Part { line: from.line, start, len, fill: s.fill };
        self.have |= 1 << i;
        self.last_line = from.line;
        self.sum ^= s.sum;
        self.told = self.told.or(from.told);
        if from.station != 0 && (self.station == 0 || before) {
            self.station = from.station;
        }
        if from.group != 0 {
            self.group = from.group;
        }
        // A time outside the window is also something the first part says, but a good one is better.
        if from.time != NO_TIME && (self.time == NO_TIME || (before && from.time > self.time.min(0))) {
            self.time = from.time;
        }
    }

    fn waits_for(&self, s: &Sentence<'_>, from: From, now: u64) -> bool {
        if self.total != s.total || self.sequence != s.sequence || self.channel != s.channel || self.own != s.own {
            return false;
        }
        if self.have & (1 << (s.part - 1)) != 0 {
            return false;
        }
        if self.station != from.station && self.station != 0 && from.station != 0 {
            return false;
        }
        if self.group != from.group && self.group != 0 && from.group != 0 {
            return false;
        }
        if self.time > 0 && from.time > 0 { (self.time - from.time).abs() <= TIMEOUT_MS } else { now - self.since <= MAX_BETWEEN }
    }
}

/// All messages that wait, oldest first.
#[derive(Default)]
pub(crate) struct Assembler {
    waiting: Vec<Waiting>,
    spare: Vec<Vec<u8>>,
}

impl Assembler {
    /// Takes a part of a message of more than one. `now` counts sentences. Messages that are given up go to `lost`.
    pub fn take(&mut self, s: &Sentence<'_>, from: From, now: u64, mut lost: impl FnMut(&Waiting)) -> Option<Waiting> {
        while self.waiting.first().is_some_and(|w| now - w.since > FORGET) || self.waiting.len() >= MAX_WAITING {
            let old = self.waiting.remove(0);
            lost(&old);
            self.give_back(old);
        }
        let mut found = None;
        let mut more = false;
        for (i, w) in self.waiting.iter().enumerate().rev() {
            if !w.waits_for(s, from, now) {
                continue;
            }
            // The same station, the same group or the next line is certain; otherwise it must be the only one.
            let same_station = w.station == from.station && (w.station != 0 || w.group == from.group);
            let next_line = from.station == 0 && from.line == w.last_line.saturating_add(1);
            let certain = same_station || next_line || (w.group == from.group && w.group != 0);
            if certain {
                found = Some(i);
                more = false;
                break;
            }
            more |= found.is_some();
            found = found.or(Some(i));
        }
        match found.filter(|_| !more) {
            Some(i) => {
                let w = &mut self.waiting[i];
                w.add(s, from);
                if w.count() == u32::from(s.total) { Some(self.waiting.remove(i)) } else { None }
            }
            None => {
                let mut w = Waiting {
                    total: s.total,
                    sequence: s.sequence,
                    channel: s.channel,
                    own: s.own,
                    station: 0,
                    group: 0,
                    time: NO_TIME,
                    since: now,
                    have: 0,
                    parts: [Part::default(); 9],
                    chars: self.spare.pop().unwrap_or_default(),
                    last_line: 0,
                    sum: 0,
                    told: None,
                };
                w.add(s, from);
                self.waiting.push(w);
                None
            }
        }
    }

    /// Takes the memory of a message back.
    pub fn give_back(&mut self, w: Waiting) {
        let mut chars = w.chars;
        chars.clear();
        self.spare.push(chars);
    }

    /// Gives up all messages that wait.
    pub fn drain(&mut self, mut lost: impl FnMut(&Waiting)) {
        for w in self.waiting.drain(..) {
            lost(&w);
        }
    }
}
