//! Body -> elements: cuts one document, an array, JSON lines or documents in a row.
//!
//! A small scanner (strings, brackets, depth) finds where each element ends, and `serde_json`
//! reads it; so a bad element costs itself alone, and of a body that was cut off everything
//! before the break is saved. After a break it goes on at the next line that starts with `{` or
//! `[`, where JSON lines and pretty-printed documents start.

use serde_json::Value;

use super::Reason;

/// `serde_json`'s own limit: deeper nesting is refused before it could exhaust the stack.
const MAX_DEPTH: usize = 128;

/// How often the body's length may be spent on second looks: nested bad elements made on purpose
/// would otherwise cost their depth times their length.
const PATIENCE: usize = 8;

/// One element of a body and what could be read of it.
pub(super) struct Piece<'a> {
    /// Its bytes.
    pub raw: &'a [u8],
    /// The value, or why there is none.
    pub value: Result<Value, Reason>,
}

/// Cuts the body. Never empty.
pub(super) fn pieces(body: &[u8]) -> Vec<Piece<'_>> {
    let body = match readable(body) {
        Ok(text) => text,
        Err(reason) => return vec![Piece { raw: body, value: Err(reason.to_owned()) }],
    };
    let mut cutter = Cutter {
        body,
        at: 0,
        broken_array: false,
        patience: PATIENCE.saturating_mul(body.len()),
        pieces: Vec::new(),
    };
    cutter.run();
    cutter.pieces
}

/// Takes a byte order mark off, and refuses what is not UTF-8 as a whole.
fn readable(body: &[u8]) -> Result<&[u8], &'static str> {
    match body {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => {
            return Err("the body is UTF-16 or UTF-32, or not text at all; only UTF-8 is read");
        }
        _ => {}
    }
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err("the body is empty");
    }
    Ok(text)
}

struct Cutter<'a> {
    body: &'a [u8],
    at: usize,
    /// Bytes of bad elements that may still be read a second time, line by line.
    patience: usize,
    /// An array broke: the commas and the bracket that follow are its leavings.
    broken_array: bool,
    pieces: Vec<Piece<'a>>,
}

impl Cutter<'_> {
    fn run(&mut self) {
        loop {
            self.skip_space();
            match self.body.get(self.at) {
                None => return,
                Some(b'[') => self.array(),
                Some(b'{') => {
                    self.element();
                }
                Some(_) => self.scalar(),
            }
        }
    }

    fn skip_space(&mut self) {
        let broken = self.broken_array;
        let skipped =
            |byte: &u8| byte.is_ascii_whitespace() || (broken && matches!(byte, b',' | b']'));
        while self.body.get(self.at).is_some_and(skipped) {
            self.at += 1;
        }
    }

    /// The elements of a top-level array, each by itself.
    fn array(&mut self) {
        let start = self.at;
        self.at += 1;
        self.skip_space();
        if self.body.get(self.at) == Some(&b']') {
            self.at += 1;
            self.take(start, self.at);
            return;
        }
        loop {
            if !self.element() {
                self.broken_array = true;
                return;
            }
            self.skip_space();
            match self.body.get(self.at) {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return;
                }
                // No array after all: what follows is read as if it stood alone.
                Some(_) => return,
                None => break,
            }
            self.skip_space();
            if self.at == self.body.len() {
                break;
            }
        }
        self.fail("the array is cut off before its end", start, self.body.len());
    }

    /// One value; false after a break, when nothing more is known of the array around it.
    fn element(&mut self) -> bool {
        let start = self.at;
        match value_end(self.body, start) {
            Ok(end) => {
                self.at = end;
                // A broken line may have swallowed its neighbours: give up no more than the line.
                if !self.take(start, end) && end - start <= self.patience {
                    self.patience -= end - start;
                    let next = next_document(self.body, start);
                    if next < end {
                        self.shrink_last(start, next);
                        self.at = next;
                        return false;
                    }
                }
                true
            }
            Err(reason) => {
                self.at = next_document(self.body, start);
                self.fail(reason, start, self.at);
                false
            }
        }
    }

    /// Text outside brackets: one line if that reads, else all of it as one piece.
    fn scalar(&mut self) {
        let start = self.at;
        let line = self.body[start..].iter().position(|byte| *byte == b'\n');
        let end = line.map_or(self.body.len(), |length| start + length);
        if let Ok(value) = read(&self.body[start..end]) {
            self.at = end;
            self.pieces.push(Piece { raw: self.body[start..end].trim_ascii(), value: Ok(value) });
        } else {
            self.at = next_document(self.body, start);
            self.take(start, self.at);
        }
    }

    fn take(&mut self, start: usize, end: usize) -> bool {
        let raw = self.body[start..end].trim_ascii();
        let value = read(raw);
        let good = value.is_ok();
        self.pieces.push(Piece { raw, value });
        good
    }

    fn fail(&mut self, reason: &str, start: usize, end: usize) {
        let raw = self.body[start..end].trim_ascii();
        self.pieces.push(Piece { raw, value: Err(reason.to_owned()) });
    }

    fn shrink_last(&mut self, start: usize, end: usize) {
        if let Some(last) = self.pieces.last_mut() {
            last.raw = self.body[start..end].trim_ascii();
        }
    }
}

fn read(raw: &[u8]) -> Result<Value, Reason> {
    let text = std::str::from_utf8(raw)
        .map_err(|error| format!("not valid UTF-8 after byte {}", error.valid_up_to()))?;
    serde_json::from_str(text).map_err(|error| format!("not valid JSON: {error}"))
}

/// Where the next document may start: behind `start`, at a line that opens with a bracket.
fn next_document(body: &[u8], start: usize) -> usize {
    body[start..]
        .windows(2)
        .position(|pair| pair[0] == b'\n' && (pair[1] == b'{' || pair[1] == b'['))
        .map_or(body.len(), |found| start + found + 1)
}

/// The end of the value that starts at `start`, by its brackets alone.
fn value_end(body: &[u8], start: usize) -> Result<usize, &'static str> {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(byte) = body.get(at) {
        match byte {
            b'"' => at = string_end(body, at)?,
            b'{' | b'[' => {
                depth += 1;
                if depth >= MAX_DEPTH {
                    return Err("nested too deeply");
                }
            }
            b'}' | b']' if depth == 0 => return Ok(at),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Ok(at),
            _ if depth == 0 && byte.is_ascii_whitespace() => return Ok(at),
            _ => {}
        }
        at += 1;
        if depth == 0 && matches!(byte, b'}' | b']' | b'"') {
            return Ok(at);
        }
    }
    if depth == 0 && at > start { Ok(at) } else { Err("cut off before its end") }
}

/// The closing quote of the string that opens at `open`.
fn string_end(body: &[u8], open: usize) -> Result<usize, &'static str> {
    let mut at = open + 1;
    while let Some(byte) = body.get(at) {
        match byte {
            b'"' => return Ok(at),
            b'\\' => at += 1,
            // JSON allows no bare line break in a string: the line was cut off inside one.
            b'\n' => return Err("a line ends inside a string"),
            _ => {}
        }
        at += 1;
    }
    Err("cut off inside a string")
}
