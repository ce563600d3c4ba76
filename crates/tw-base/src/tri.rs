use std::fmt;

use serde::{Deserialize, Serialize};

/// A truth value that may be unknown (strong Kleene logic).
///
/// Unknown is not false: `Unknown` survives every operation that it could change.
///
/// Reference: S. C. Kleene, *Introduction to Metamathematics* (1952), §64.
///
/// ```
/// use tw_base::Tri;
/// assert_eq!(Tri::Unknown.and(Tri::False), Tri::False);
/// assert_eq!(Tri::Unknown.or(Tri::False), Tri::Unknown);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tri {
    /// Known to hold.
    True,
    /// Known not to hold.
    False,
    /// Not known.
    #[default]
    Unknown,
}

impl Tri {
    /// True if both hold, false if either is known not to.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// True if either holds, false if both are known not to.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Unknown,
        }
    }

    /// The opposite; unknown stays unknown.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "`!` would hide that unknown stays unknown")]
    pub fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    /// All of them hold. The empty conjunction is true.
    #[must_use]
    pub fn all(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().fold(Self::True, Self::and)
    }

    /// Any of them holds. The empty disjunction is false.
    #[must_use]
    pub fn any(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().fold(Self::False, Self::or)
    }

    /// `Some(true)`, `Some(false)` or `None` if unknown.
    #[must_use]
    pub fn known(self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Unknown => None,
        }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl From<Option<bool>> for Tri {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Unknown, Self::from)
    }
}

impl fmt::Display for Tri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
        })
    }
}
