//! The proof as plain text for people: one step a line, indented, readable without colour.

use std::fmt;

use tw_base::Tri;

use super::{Node, Proof};

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({}, {:?}): {}", self.root.label, self.provision, self.verification, self.verdict)?;
        writeln!(f, "  {}", self.root.because)?;
        for child in &self.root.children {
            step(f, child, 1)?;
        }
        for open in &self.open_exceptions {
            writeln!(f, "  open exception {}: {}. Burden: {}. Proof: {}", open.id, open.cond, open.burden, open.proof)?;
        }
        for open in &self.open_elements {
            writeln!(f, "  open element {}: {}. Burden: {}", open.id, open.cond, open.burden)?;
        }
        for missing in &self.missing {
            writeln!(f, "  missing: {missing}")?;
        }
        for duty in &self.reporting {
            writeln!(f, "  report {} ({}): {}. {}", duty.id, duty.who, duty.status, duty.because)?;
        }
        Ok(())
    }
}

impl Node {
    /// The sign before a step: holds, does not hold, not known.
    #[must_use]
    pub fn symbol(&self) -> char {
        match self.value {
            Tri::True => '✓',
            Tri::False => '✗',
            Tri::Unknown => '?',
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        step(f, self, 0)
    }
}

fn step(f: &mut fmt::Formatter<'_>, node: &Node, depth: usize) -> fmt::Result {
    write!(f, "{:indent$}{} {}", "", node.symbol(), node.label, indent = depth * 2)?;
    if !node.because.is_empty() {
        write!(f, ": {}", node.because)?;
    }
    writeln!(f)?;
    for child in &node.children {
        step(f, child, depth + 1)?;
    }
    Ok(())
}
