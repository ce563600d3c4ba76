//! What was read and what was refused: no line is lost in silence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Located refusals that are kept for each reason; all of them go to the sink.
pub const EXAMPLES: usize = 20;

/// Why something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Reason {
    /// Line: neither an NMEA sentence nor a comment.
    NotASentence,
    /// Line: longer than [`LINE_LIMIT`](crate::LINE_LIMIT) bytes; skipped to its end.
    LineTooLong,
    /// Tag block: not closed, not `key:value`, or its checksum is absent or wrong. The sentence is read without it.
    TagBlock,
    /// Line: a time sentence (`$PGHP`) whose checksum or fields are wrong.
    TimeSentence,
    /// Time: a time sentence that names the checksum of another sentence than the next, which is read without it.
    TimeOfAnother,
    /// Time: outside 1990-01-01 to 2100-01-01. Tables keep the message without a time; columns refuse the message.
    Clock,
    /// Sentence: not the seven fields of VDM and VDO.
    Fields,
    /// Sentence: the checksum is wrong or is not two hexadecimal digits.
    Checksum,
    /// Sentence: number of parts or of this part is 0, above 9, or the part is beyond the number.
    Parts,
    /// Sentence: no payload.
    Empty,
    /// Sentence: a character that is not of the six-bit armour.
    Armour,
    /// Sentence: fill bits are not 0 to 5.
    Fill,
    /// Sentence: a part of the message did not come in time.
    Incomplete,
    /// Message: more characters than any message has.
    TooLong,
    /// Message: fewer bits than its type needs.
    TooShort,
    /// Message: type 0 or above 27, or a type 24 that is neither part A nor B.
    UnknownType,
    /// Message: no time is known and no base time was given (columns only).
    NoTime,
    /// Message: coordinates that are not on the Earth and not the value for "not available" (columns only).
    Coordinates,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 18] = [
        Self::NotASentence,
        Self::LineTooLong,
        Self::TagBlock,
        Self::TimeSentence,
        Self::TimeOfAnother,
        Self::Clock,
        Self::Fields,
        Self::Checksum,
        Self::Parts,
        Self::Empty,
        Self::Armour,
        Self::Fill,
        Self::Incomplete,
        Self::TooLong,
        Self::TooShort,
        Self::UnknownType,
        Self::NoTime,
        Self::Coordinates,
    ];

    /// What is refused: `line`, `tag block`, `time`, `sentence` or `message`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::NotASentence | Self::LineTooLong | Self::TimeSentence => "line",
            Self::TagBlock => "tag block",
            Self::TimeOfAnother | Self::Clock => "time",
            Self::Fields | Self::Checksum | Self::Parts | Self::Empty | Self::Armour | Self::Fill | Self::Incomplete => "sentence",
            Self::TooLong | Self::TooShort | Self::UnknownType | Self::NoTime | Self::Coordinates => "message",
        }
    }

    /// The reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotASentence => "not an NMEA sentence and not a comment",
            Self::LineTooLong => "line too long",
            Self::TagBlock => "tag block is not closed, not key:value, or its checksum is absent or wrong",
            Self::TimeSentence => "time sentence is wrong",
            Self::TimeOfAnother => "time sentence is not of the next sentence",
            Self::Clock => "time is before 1990 or after 2099",
            Self::Fields => "not the seven fields of VDM",
            Self::Checksum => "checksum is wrong",
            Self::Parts => "part numbers are wrong",
            Self::Empty => "no payload",
            Self::Armour => "payload has a character that is not of the six-bit armour",
            Self::Fill => "fill bits are not 0 to 5",
            Self::Incomplete => "a part of the message is missing",
            Self::TooLong => "message is too long",
            Self::TooShort => "message is too short for its type",
            Self::UnknownType => "unknown message type",
            Self::NoTime => "no time is known",
            Self::Coordinates => "coordinates are not on the Earth",
        }
    }
}

/// A refusal and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refused {
    /// Line of the file, from 1.
    pub line: u32,
    /// Why.
    pub reason: Reason,
    /// Sentences that are lost with it: 0 for a line, a tag block and a time; the parts at hand for a message.
    pub sentences: u32,
}

/// What was read.
///
/// Two sums always hold: `lines` are `blank`, `comments`, `others`, `times`, `sentence_lines` and the refusals of kind `line`;
/// `sentences` are `used` and `refused_sentences`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Bytes.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Empty lines.
    pub blank: u64,
    /// Lines that begin with `#`.
    pub comments: u64,
    /// NMEA sentences of another kind, such as `$GPGGA` and `$ARVSI`; their checksums are not tested. A line that has one behind a VDM counts among `sentence_lines` only.
    pub others: u64,
    /// Time sentences `$PGHP` that were read.
    pub times: u64,
    /// Lines with at least one VDM or VDO.
    pub sentence_lines: u64,
    /// VDM and VDO sentences.
    pub sentences: u64,
    /// Of these, those of messages that were read.
    pub used: u64,
    /// Of these, those that were refused, alone or with their message.
    pub refused_sentences: u64,
    /// Messages whose parts were all there: those that were read, and those refused for what they are.
    pub assembled: u64,
    /// Messages that were read, by type.
    pub messages: BTreeMap<u8, u64>,
    /// Messages of one part, of two, and so on to nine.
    pub parts: [u64; 9],
    /// Refusals by reason.
    pub refusals: BTreeMap<Reason, u64>,
    /// The first [`EXAMPLES`] of each reason, by line.
    pub examples: Vec<Refused>,
    /// Sentences without a checksum, accepted.
    pub without_checksum: u64,
    /// Sentences with something in front that is not a time, ignored.
    pub unread_prefixes: u64,
    /// Sentences with something behind that is not a station and a time, ignored.
    pub unread_suffixes: u64,
    /// Messages with more bits than their type has, the rest ignored.
    pub overlong: u64,
    /// Positions that say "not available", and those of a type 19 that are not on the Earth: read, not stored in columns.
    pub no_position: u64,
    /// Positions stored in columns, or rows of the table of positions.
    pub positions: u64,
    /// Static reports read.
    pub statics: u64,
    /// Messages whose time came from the base time and the second of the report.
    pub inferred_times: u64,
    /// Positions whose second differs from the time by more than 10 s, the minute left open.
    pub second_disagrees: u64,
    /// Stations beyond the 65,535 that have a number; stored as not known.
    pub stations_lost: u64,
}

impl Counts {
    /// Messages of all types.
    #[must_use]
    pub fn all_messages(&self) -> u64 {
        self.messages.values().sum()
    }

    /// Refusals of a reason.
    #[must_use]
    pub fn refused(&self, reason: Reason) -> u64 {
        self.refusals.get(&reason).copied().unwrap_or(0)
    }
}
