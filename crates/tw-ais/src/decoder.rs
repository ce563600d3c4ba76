//! From bytes to messages: lines, sentences, parts, times, and the account of all of them.

use memchr::memchr2;

use crate::assemble::{Assembler, From, Told, Waiting};
use crate::bits::{Bits, MAX_CHARS};
use crate::counts::{Counts, EXAMPLES, Reason, Refused};
use crate::nmea::{self, BAD_TIME, NO_TIME, Sentence, Tag};
use crate::stations::Stations;

/// Longest line in bytes; NMEA 0183 allows 82 characters and a tag block of as many.
pub const LINE_LIMIT: usize = 4096;

/// How to decode a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Number of the file in the case; goes into every row of the columns.
    pub file: u16,
    /// For files without times: the moment at which the file begins, in seconds since 1970-01-01T00:00:00Z.
    ///
    /// The clock starts here, every time in the file sets it, and the second of the minute of a position report moves it
    /// forward by up to 45 s (a report of up to 14 s before is taken as late). It loses whole minutes in a longer silence.
    pub base_time: Option<i64>,
}

/// Where a message came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meta {
    pub line: u32,
    /// Milliseconds, or [`NO_TIME`] or [`BAD_TIME`].
    pub time: i64,
    pub station: u16,
    pub channel: u8,
    pub own: bool,
    pub kind: u8,
}

/// Counters of the inner loop.
pub(crate) struct Tally {
    pub lines: u64,
    pub blank: u64,
    pub comments: u64,
    pub others: u64,
    pub times: u64,
    pub sentence_lines: u64,
    pub sentences: u64,
    pub used: u64,
    pub assembled: u64,
    pub refused_sentences: u64,
    pub messages: [u64; 64],
    pub parts: [u64; 16],
    pub without_checksum: u64,
    pub unread_prefixes: u64,
    pub unread_suffixes: u64,
    pub overlong: u64,
    pub no_position: u64,
    pub positions: u64,
    pub statics: u64,
    pub inferred_times: u64,
    pub second_disagrees: u64,
}

/// What takes the messages. Sealed: the two ways out are [`Columns`](crate::Columns) and [`Tables`](crate::Tables).
pub trait Collect: sealed::Collect {}

pub(crate) mod sealed {
    use super::{Bits, Meta, Reason, Refused, Stations, Tally};

    pub trait Collect {
        /// What the sink fails with.
        type Error;
        /// Whether a message without a time is taken.
        const UNTIMED: bool;
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "sealed")]
        fn message(&mut self, meta: &Meta, bits: &Bits, tally: &mut Tally) -> Result<(), Reason>;
        #[doc(hidden)]
        fn is_full(&self) -> bool;
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "sealed")]
        fn flush(&mut self, stations: &Stations, last: bool) -> Result<(), Self::Error>;
        #[doc(hidden)]
        fn refused(&mut self, refused: Refused);
    }
}

/// A decoder of a file or stream, fed in pieces of any size.
pub struct Decoder<C> {
    options: Options,
    out: C,
    tally: Tally,
    refusals: [u64; Reason::ALL.len()],
    examples: Vec<Refused>,
    stations: Stations,
    assembler: Assembler,
    bits: Bits,
    carry: Vec<u8>,
    /// Within a line that is too long.
    skipping: bool,
    /// The last byte was a carriage return.
    after_return: bool,
    bytes: u64,
    /// Time sentence that waits for its sentence.
    told: Option<TimeSentence>,
    clock: Option<i64>,
}

struct TimeSentence {
    time: i64,
    station: u16,
    sum: Option<u8>,
    line: u32,
}

/// What is known at the end.
#[derive(Debug)]
pub struct Finished<C> {
    /// The way out, with the sink in it.
    pub out: C,
    /// The account.
    pub counts: Counts,
    /// Names of the stations; the number of a row counts from 1.
    pub stations: Vec<String>,
}

impl<C: Collect> Decoder<C> {
    /// A decoder into columns or tables.
    pub fn new(options: Options, out: C) -> Self {
        Self {
            clock: options.base_time.map(|s| s.saturating_mul(1000)),
            options,
            out,
            tally: Tally {
                lines: 0,
                blank: 0,
                comments: 0,
                others: 0,
                times: 0,
                sentence_lines: 0,
                sentences: 0,
                used: 0,
                assembled: 0,
                refused_sentences: 0,
                messages: [0; 64],
                parts: [0; 16],
                without_checksum: 0,
                unread_prefixes: 0,
                unread_suffixes: 0,
                overlong: 0,
                no_position: 0,
                positions: 0,
                statics: 0,
                inferred_times: 0,
                second_disagrees: 0,
            },
            refusals: [0; Reason::ALL.len()],
            examples: Vec::new(),
            stations: Stations::new(),
            assembler: Assembler::default(),
            bits: Bits::new(),
            carry: Vec::new(),
            skipping: false,
            after_return: false,
            bytes: 0,
            told: None,
        }
    }

    /// Takes the next bytes; a line may go on in the next call.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), C::Error> {
        self.bytes += bytes.len() as u64;
        let mut rest = bytes;
        if rest.is_empty() {
            return Ok(());
        }
        if self.after_return && rest[0] == b'\n' {
            rest = &rest[1..];
        }
        self.after_return = false;
        if self.skipping || !self.carry.is_empty() {
            let end = memchr2(b'\n', b'\r', rest);
            let piece = &rest[..end.unwrap_or(rest.len())];
            if !self.skipping {
                if self.carry.len() + piece.len() > LINE_LIMIT {
                    self.skipping = true;
                    self.carry.clear();
                } else {
                    self.carry.extend_from_slice(piece);
                }
            }
            let Some(end) = end else { return Ok(()) };
            if self.skipping {
                self.skipping = false;
                self.long_line();
            } else {
                let line = std::mem::take(&mut self.carry);
                self.line(&line);
                self.carry = line;
                self.carry.clear();
            }
            rest = self.after(rest, end);
        }
        while let Some(end) = memchr2(b'\n', b'\r', rest) {
            if end <= LINE_LIMIT {
                self.line(&rest[..end]);
                if self.out.is_full() {
                    self.out.flush(&self.stations, false)?;
                }
            } else {
                self.long_line();
            }
            rest = self.after(rest, end);
        }
        if rest.len() > LINE_LIMIT {
            self.skipping = true;
        } else {
            self.carry.extend_from_slice(rest);
        }
        Ok(())
    }

    /// What follows the end of a line; a line feed behind a carriage return belongs to it.
    #[inline(always)]
    fn after<'a>(&mut self, rest: &'a [u8], end: usize) -> &'a [u8] {
        let next = &rest[end + 1..];
        if rest[end] == b'\n' {
            return next;
        }
        match next.first() {
            Some(b'\n') => &next[1..],
            Some(_) => next,
            None => {
                self.after_return = true;
                next
            }
        }
    }

    /// Ends the stream: a last line without a line feed is read, messages that wait for a part are refused, all rows go to the sink.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn finish(mut self) -> Result<Finished<C>, C::Error> {
        if self.skipping {
            self.long_line();
        } else if !self.carry.is_empty() {
            let line = std::mem::take(&mut self.carry);
            self.line(&line);
        }
        let mut lost = Vec::new();
        self.assembler.drain(|w| lost.push((w.line(), w.count())));
        for (line, n) in lost {
            self.refuse(Reason::Incomplete, line, n);
        }
        self.out.flush(&self.stations, true)?;
        let counts = self.counts();
        Ok(Finished { counts, stations: self.stations.names().to_vec(), out: self.out })
    }

    /// The account up to now.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let t = &self.tally;
        let mut examples = self.examples.clone();
        examples.sort_by_key(|e| (e.line, e.reason));
        let mut parts = [0; 9];
        parts.copy_from_slice(&t.parts[1..10]);
        Counts {
            bytes: self.bytes,
            lines: t.lines,
            blank: t.blank,
            comments: t.comments,
            others: t.others,
            times: t.times,
            sentence_lines: t.sentence_lines,
            sentences: t.sentences,
            used: t.used,
            assembled: t.assembled,
            refused_sentences: t.refused_sentences,
            messages: (0u8..64).zip(t.messages).filter(|&(_, n)| n > 0).collect(),
            parts,
            refusals: Reason::ALL.into_iter().zip(self.refusals).filter(|&(_, n)| n > 0).collect(),
            examples,
            without_checksum: t.without_checksum,
            unread_prefixes: t.unread_prefixes,
            unread_suffixes: t.unread_suffixes,
            overlong: t.overlong,
            no_position: t.no_position,
            positions: t.positions,
            statics: t.statics,
            inferred_times: t.inferred_times,
            second_disagrees: t.second_disagrees,
            stations_lost: self.stations.lost,
        }
    }

    /// Names of the stations up to now; the number of a row counts from 1.
    #[must_use]
    pub fn stations(&self) -> &[String] {
        self.stations.names()
    }

    #[cold]
    #[inline(never)]
    fn refuse(&mut self, reason: Reason, line: u32, sentences: u32) {
        let count = &mut self.refusals[reason as usize];
        *count += 1;
        self.tally.refused_sentences += u64::from(sentences);
        let refused = Refused { line, reason, sentences };
        if *count <= EXAMPLES as u64 {
            self.examples.push(refused);
        }
        self.out.refused(refused);
    }

    fn number(&self) -> u32 {
        u32::try_from(self.tally.lines).unwrap_or(u32::MAX)
    }

    #[cold]
    fn long_line(&mut self) {
        self.tally.lines += 1;
        self.refuse(Reason::LineTooLong, self.number(), 0);
    }

    /// Reads a line: the commonest form here, all others in [`Decoder::any_line`].
    #[inline(always)]
    fn line(&mut self, line: &[u8]) {
        self.tally.lines += 1;
        let (mut station, mut time, mut rest) = (&[][..], None, line);
        if line.first() == Some(&b'\\') {
            // The second sentence of a group is nearly always the signal strength of the first: its tag block is not needed.
            if let [_, b'g', b':', b'2'..=b'9', more @ ..] = line
                && let Some(end) = memchr::memchr(b'\\', more)
                && nmea::is_other(&more[end + 1..])
            {
                self.tally.others += 1;
                return;
            }
            let (Ok(tag), end) = nmea::tag(line) else { return self.any_line(line) };
            station = tag.station;
            time = tag.time;
            rest = &line[end..];
        }
        let Some(s) = nmea::single(rest) else { return self.any_line(line) };
        if self.told.is_some() {
            return self.any_line(line);
        }
        let good = match <&[u8; 28]>::try_from(s.payload) {
            Ok(chars) if s.fill == 0 => self.bits.read_28(chars),
            _ => {
                if s.payload.len() > MAX_CHARS {
                    return self.any_line(line);
                }
                self.bits.clear();
                self.bits.append(s.payload, usize::from(s.fill))
            }
        };
        if !good {
            return self.any_line(line);
        }
        self.tally.sentence_lines += 1;
        self.tally.sentences += 1;
        let time = match time {
            Some(time) => time,
            None => NO_TIME,
        };
        let station = self.stations.number(station);
        self.message(Meta { line: self.number(), time, station, channel: s.channel, own: s.own, kind: self.bits.u8(0, 6) }, 1);
    }

    #[inline(never)]
    fn any_line(&mut self, line: &[u8]) {
        let mut tag = Tag::default();
        let mut rest = line;
        if line.first() == Some(&b'\\') {
            let (read, end) = nmea::tag(line);
            rest = &line[end..];
            match read {
                Ok(read) => tag = read,
                Err(_) if nmea::is_other(rest) => {}
                Err(reason) => self.refuse(reason, self.number(), 0),
            }
        }
        if nmea::is_vdm(rest) {
            self.tally.sentence_lines += 1;
            let (read, end) = nmea::sentence(rest);
            if end == rest.len() {
                return self.sentence(read, tag);
            }
            return self.sentence_and_more(read, tag, &rest[end..]);
        }
        if nmea::is_other(rest) {
            self.tally.others += 1;
            return;
        }
        self.other_line(tag, rest, rest.len() == line.len());
    }

    /// A sentence with something behind it.
    #[inline(never)]
    fn sentence_and_more<'a>(&mut self, mut read: Result<Sentence<'a>, Reason>, mut tag: Tag<'a>, mut rest: &'a [u8]) {
        // As many sentences as there are on the line.
        loop {
            let next = memchr::memchr2(b'\\', b'!', rest).unwrap_or(rest.len());
            let behind = &rest[..next];
            if !behind.trim_ascii().is_empty() {
                match nmea::suffix(behind) {
                    Some(suffix) => {
                        if tag.station.is_empty() {
                            tag.station = suffix.station;
                        }
                        tag.time = tag.time.or(suffix.time);
                    }
                    None => self.tally.unread_suffixes += 1,
                }
            }
            self.sentence(read, tag);
            rest = &rest[next..];
            if rest.is_empty() {
                return;
            }
            if rest[0] == b'\\' {
                tag = Tag::default();
                let (next_tag, end) = nmea::tag(rest);
                match next_tag {
                    Ok(next_tag) => tag = next_tag,
                    Err(reason) => self.refuse(reason, self.number(), 0),
                }
                rest = &rest[end..];
            }
            if !nmea::is_vdm(rest) {
                self.tally.unread_suffixes += u64::from(!rest.is_empty());
                return;
            }
            let (next_read, end) = nmea::sentence(rest);
            read = next_read;
            rest = &rest[end..];
        }
    }

    /// A line that does not begin with a VDM.
    #[inline(never)]
    fn other_line<'a>(&mut self, mut tag: Tag<'a>, rest: &'a [u8], whole: bool) {
        let rest = rest.trim_ascii();
        let line = self.number();
        match rest.first() {
            None if whole => {
                self.tally.blank += 1;
                return;
            }
            Some(b'#') if whole => {
                self.tally.comments += 1;
                return;
            }
            _ => {}
        }
        if rest.starts_with(b"$PGHP,") {
            match nmea::pghp(rest) {
                Some(read) => {
                    self.tally.times += 1;
                    let station = self.stations.number(read.station);
                    self.told = Some(TimeSentence { time: read.time, station, sum: read.sum, line });
                }
                None => {
                    self.told = None;
                    self.refuse(Reason::TimeSentence, line, 0);
                }
            }
            return;
        }
        // A time, or a second tag block, or something else before the sentence.
        let begin = memchr::memchr_iter(b'!', rest).find(|&i| nmea::is_vdm(&rest[i..]));
        if let Some(begin) = begin {
            self.tally.sentence_lines += 1;
            let (mut front, sentence) = rest.split_at(begin);
            if let Some(slash) = memchr::memchr(b'\\', front)
                && front.len() > slash + 1
                && front.ends_with(b"\\")
            {
                match nmea::tag(&front[slash..]) {
                    (Ok(read), end) if slash + end == front.len() => {
                        tag = Tag {
                            station: if read.station.is_empty() { tag.station } else { read.station },
                            group: if read.group.is_empty() { tag.group } else { read.group },
                            time: read.time.or(tag.time),
                        };
                    }
                    _ => self.refuse(Reason::TagBlock, line, 0),
                }
                front = &front[..slash];
            }
            if !front.trim_ascii().is_empty() {
                match nmea::prefix(front) {
                    Some(time) => tag.time = tag.time.or(Some(time)),
                    None => self.tally.unread_prefixes += 1,
                }
            }
            let (read, end) = nmea::sentence(sentence);
            return self.sentence_and_more(read, tag, &sentence[end..]);
        }
        let is_name = |b: &[u8]| b.len() >= 4 && b.iter().take_while(|&&c| c != b',').all(u8::is_ascii_alphanumeric);
        match rest {
            [b'$' | b'!', name @ ..] if is_name(name) => self.tally.others += 1,
            _ => self.refuse(Reason::NotASentence, line, 0),
        }
    }

    fn sentence(&mut self, read: Result<Sentence<'_>, Reason>, tag: Tag<'_>) {
        self.tally.sentences += 1;
        let s = match read {
            Ok(s) => s,
            Err(reason) => {
                self.told = None;
                return self.refuse(reason, self.number(), 1);
            }
        };
        if !s.checked {
            self.tally.without_checksum += 1;
        }
        let mut from = From {
            line: self.number(),
            station: self.stations.number(tag.station),
            group: 0,
            time: match tag.time {
                Some(time) => time,
                None => NO_TIME,
            },
            told: None,
        };
        if self.told.is_some() {
            self.tell(&mut from, &s);
        }
        if s.total > 1 {
            from.group = nmea::group_id(tag.group);
            return self.part(&s, from);
        }
        let good = match <&[u8; 28]>::try_from(s.payload) {
            Ok(chars) if s.fill == 0 => self.bits.read_28(chars),
            _ => {
                if s.payload.len() > MAX_CHARS {
                    return self.refuse(Reason::TooLong, from.line, 1);
                }
                self.bits.clear();
                self.bits.append(s.payload, usize::from(s.fill))
            }
        };
        if !good {
            return self.refuse(Reason::Armour, from.line, 1);
        }
        let meta =
            Meta { line: from.line, time: from.time, station: from.station, channel: s.channel, own: s.own, kind: self.bits.u8(0, 6) };
        self.message(meta, 1);
    }

    /// Gives a sentence the time of the time sentence before it.
    #[inline(never)]
    fn tell(&mut self, from: &mut From, s: &Sentence<'_>) {
        let Some(told) = self.told.take() else { return };
        if s.total == 1 && told.sum.is_some_and(|sum| sum != s.sum) {
            return self.refuse(Reason::TimeOfAnother, told.line, 0);
        }
        from.told = told.sum.filter(|_| from.time == NO_TIME).map(|sum| Told { sum, line: told.line });
        if from.time == NO_TIME {
            from.time = told.time;
        }
        if from.station == 0 {
            from.station = told.station;
        }
    }

    #[inline(never)]
    fn part(&mut self, s: &Sentence<'_>, from: From) {
        if s.payload.len() > MAX_CHARS {
            return self.refuse(Reason::TooLong, from.line, 1);
        }
        let mut lost = Vec::new();
        let whole = self.assembler.take(s, from, self.tally.sentences, |w: &Waiting| lost.push((w.line(), w.count())));
        for (line, sentences) in lost {
            self.refuse(Reason::Incomplete, line, sentences);
        }
        let Some(whole) = whole else { return };
        self.bits.clear();
        let (mut good, mut chars) = (true, 0);
        for (part, fill) in whole.parts() {
            chars += part.len();
            if chars > MAX_CHARS {
                break;
            }
            good &= self.bits.append(part, fill);
        }
        let sentences = whole.count();
        let mut meta =
            Meta { line: whole.line(), time: whole.time, station: whole.station, channel: whole.channel, own: whole.own, kind: 0 };
        let wrong_time = whole.wrong_time();
        self.assembler.give_back(whole);
        if let Some(line) = wrong_time {
            meta.time = NO_TIME;
            self.refuse(Reason::TimeOfAnother, line, 0);
        }
        if chars > MAX_CHARS {
            return self.refuse(Reason::TooLong, meta.line, sentences);
        }
        if !good {
            return self.refuse(Reason::Armour, meta.line, sentences);
        }
        meta.kind = self.bits.u8(0, 6);
        self.message(meta, sentences);
    }

    #[inline(always)]
    fn message(&mut self, mut meta: Meta, sentences: u32) {
        if self.options.base_time.is_some() {
            meta.time = self.keep_clock(meta.time, meta.kind);
        }
        self.tally.assembled += 1;
        let (least, most) = LENGTHS[usize::from(meta.kind & 63)];
        if least == 0 {
            return self.refuse(Reason::UnknownType, meta.line, sentences);
        }
        if self.bits.room < usize::from(least) {
            return self.refuse(Reason::TooShort, meta.line, sentences);
        }
        if let Err(reason) = self.out.message(&meta, &self.bits, &mut self.tally) {
            return self.refuse(reason, meta.line, sentences);
        }
        if C::UNTIMED && meta.time == BAD_TIME {
            self.refuse(Reason::Clock, meta.line, 0);
        }
        self.tally.overlong += u64::from(self.bits.len > usize::from(most));
        self.tally.used += u64::from(sentences);
        self.tally.messages[usize::from(meta.kind & 63)] += 1;
        self.tally.parts[sentences as usize & 15] += 1;
    }

    /// The time of a message, from the clock if it has none.
    #[inline(never)]
    fn keep_clock(&mut self, time: i64, kind: u8) -> i64 {
        let Some(clock) = self.clock else { return time };
        if time > 0 {
            self.clock = Some(time);
        }
        if time != NO_TIME {
            return time;
        }
        let second = match kind {
            1..=3 => self.bits.u8(137, 6),
            9 => self.bits.u8(128, 6),
            18 | 19 => self.bits.u8(133, 6),
            _ => 60,
        };
        let mut now = clock;
        if second < 60 {
            let ahead = (i64::from(second) - clock.div_euclid(1000)).rem_euclid(60);
            now = clock.div_euclid(1000) * 1000 + if ahead <= 45 { ahead } else { ahead - 60 } * 1000;
        }
        self.clock = Some(clock.max(now));
        self.tally.inferred_times += 1;
        now
    }
}

/// Least bits of each type, 0 if there is no such type, and most bits without spare characters.
///
/// ITU-R M.1371-5, annex 8, tables 46 to 87. Type 5 has 424; the two last characters are lost by some receivers, so 420 are enough.
const LENGTHS: [(u16, u16); 64] = {
    let mut t = [(0, 0); 64];
    t[1] = (168, 168);
    t[2] = (168, 168);
    t[3] = (168, 168);
    t[4] = (168, 168);
    t[5] = (420, 426);
    t[6] = (88, 1012);
    t[7] = (72, 168);
    t[8] = (56, 1012);
    t[9] = (168, 168);
    t[10] = (72, 72);
    t[11] = (168, 168);
    t[12] = (72, 1012);
    t[13] = (72, 168);
    t[14] = (40, 1012);
    t[15] = (88, 164);
    t[16] = (92, 144);
    t[17] = (80, 816);
    t[18] = (168, 168);
    t[19] = (312, 312);
    t[20] = (70, 164);
    t[21] = (272, 364);
    t[22] = (168, 168);
    t[23] = (160, 164);
    t[24] = (160, 168);
    t[25] = (40, 168);
    t[26] = (60, 1064);
    t[27] = (96, 168);
    t
};

/// Whether the second of the minute is more than 10 s away from a time in milliseconds, the minute left open.
#[inline(always)]
pub(crate) fn second_disagrees(time: i64, second: u8) -> bool {
    if second > 59 {
        return false;
    }
    let d = ((time as u64 / 1000 % 60) as i32 - i32::from(second)).unsigned_abs();
    d > 10 && d < 50
}
