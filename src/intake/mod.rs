//! F1: bytes -> findings, one file per source. Pure: the same bytes give the same answer.
//!
//! A body may be one document or many: see `split` for how it is cut, `envelope` for how an
//! element is recognised. A bad element never takes its neighbours with it.

mod asff;
mod envelope;
mod fields;
mod group;
mod guardduty;
mod lifecycle;
mod line;
mod moment;
mod region;
mod securityhub;
mod split;
mod tags;
mod text;

#[cfg(test)]
mod tests;

use crate::domain::{AccountEvent, Finding, Unknown};

pub use group::group;
pub use line::json_line;

/// One element of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// A source's statement.
    Finding(Box<Finding>),
    /// Something happened to an account.
    Event(Box<AccountEvent>),
    /// Readable, but of no kind we know.
    Unknown(Unknown),
    /// Bytes that could not be read, or a finding that lacks what is vital.
    Unreadable(Unreadable),
}

/// An element that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its running number in the body, 1 for the first: the line number of a file with one
    /// finding a line.
    pub index: usize,
    /// Why, in English, naming the field.
    pub reason: String,
    /// The bad element alone where it can be told apart, else all from there on.
    pub raw: Vec<u8>,
}

/// Reads a body. A body of nothing is one unreadable element; the answer is empty only for lists
/// that are empty themselves (`[]`, `{"Findings":[]}`): a scan that found nothing.
pub fn parse(body: &[u8]) -> Vec<Parsed> {
    let mut sink = Sink::default();
    envelope::read_body(body, 0, &mut sink);
    sink.parsed
}

/// Why an element could not be read; becomes [`Unreadable::reason`].
type Reason = String;

/// Collects the elements and numbers them.
#[derive(Default)]
struct Sink {
    parsed: Vec<Parsed>,
}

impl Sink {
    fn finding(&mut self, finding: Finding) {
        self.parsed.push(Parsed::Finding(Box::new(finding)));
    }

    fn event(&mut self, event: AccountEvent) {
        self.parsed.push(Parsed::Event(Box::new(event)));
    }

    fn unknown(&mut self, unknown: Unknown) {
        self.parsed.push(Parsed::Unknown(unknown));
    }

    fn unreadable(&mut self, reason: impl Into<Reason>, raw: &[u8]) {
        self.parsed.push(Parsed::Unreadable(Unreadable {
            index: self.parsed.len() + 1,
            reason: reason.into(),
            raw: raw.to_vec(),
        }));
    }
}
