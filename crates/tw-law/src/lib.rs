//! Dated provisions to verdicts with proof trees
