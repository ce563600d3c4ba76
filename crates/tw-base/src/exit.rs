/// How a command ends. One list for the program, its pages and its tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// Hits at or above the level asked for (`law test` with a wrong verdict, `verify` with a difference).
    Found = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// Data was refused: a strict reader, an assertion or a hash said no. Nothing was changed.
    Refused = 3,
    /// There was nothing to do.
    Nothing = 4,
    /// Done, but a source that was asked for could not be looked at.
    Incomplete = 5,
    /// A bug in this program.
    Bug = 70,
    /// The folder or file could not be read or written.
    Io = 74,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// All of them, in order, with the sentence that the reference page prints.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Ok, "done"),
        (Self::Found, "a check found a difference: a scenario with another verdict, a dossier whose bytes changed"),
        (Self::Usage, "the command line or the configuration is wrong"),
        (Self::Refused, "data was refused by a strict reader, an assertion or a hash; nothing was changed"),
        (Self::Nothing, "there was nothing to do: no such lead, no file, no scenario"),
        (Self::Incomplete, "done, but something that was asked for could not be looked at"),
        (Self::Bug, "a bug in tidewaiter"),
        (Self::Io, "a folder or file could not be read or written"),
        (Self::Interrupted, "interrupted"),
    ];
}
