//! Just enough of Rust's grammar to see what a file imports: words and signs without comments and
//! literals, the module each stands in, and every path that starts at `crate` or `super`.

/// A word or a sign of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// An identifier or keyword.
    Word(String),
    /// `::`
    Colons,
    /// Any other sign.
    Sign(char),
}

/// A token with its line, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub token: Token,
    pub line: usize,
}

/// A path that names something of ours, from the crate's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Empty segments: the crate's root itself, or everything in it.
    pub segments: Vec<String>,
    pub line: usize,
}

/// Splits a source into tokens; comments and literals are left out.
pub fn tokens(source: &str) -> Vec<Placed> {
    let chars: Vec<char> = source.chars().collect();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(&here) = chars.get(at) {
        let start = at;
        if let Some(end) = skip(&chars, at) {
            at = end;
        } else if is_word(here) {
            while chars.get(at).copied().is_some_and(is_word) {
                at += 1;
            }
            let word: String = chars[start..at].iter().collect();
            if !here.is_ascii_digit() {
                found.push(Placed { token: Token::Word(word), line });
            }
        } else if here == ':' && chars.get(at + 1) == Some(&':') {
            at += 2;
            found.push(Placed { token: Token::Colons, line });
        } else {
            at += 1;
            if !here.is_whitespace() {
                found.push(Placed { token: Token::Sign(here), line });
            }
        }
        line += chars[start..at].iter().filter(|one| **one == '\n').count();
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The end of the comment or literal that starts here, if one does.
fn skip(chars: &[char], at: usize) -> Option<usize> {
    let ahead = |text: &str| text.chars().enumerate().all(|(n, c)| chars.get(at + n) == Some(&c));
    if ahead("//") {
        return Some(chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |n| at + n));
    }
    if ahead("/*") {
        return Some(block_comment(chars, at));
    }
    if chars[at] == '\'' {
        return character(chars, at);
    }
    if chars[at] == '"' {
        return Some(string(chars, at + 1));
    }
    // A prefix belongs to the literal only if no word runs into it.
    if at > 0 && is_word(chars[at - 1]) {
        return None;
    }
    if let Some(quote) = ["b\"", "c\""].iter().find(|prefix| ahead(prefix)).map(|_| at + 1) {
        return Some(string(chars, quote + 1));
    }
    if ahead("b'") {
        return character(chars, at + 1);
    }
    let prefix = ["r", "br", "cr"].iter().find(|prefix| {
        let after = at + prefix.len();
        ahead(prefix) && matches!(chars.get(after), Some('"' | '#'))
    })?;
    raw_string(chars, at + prefix.len())
}

fn block_comment(chars: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < chars.len() {
        match (chars.get(at), chars.get(at + 1)) {
            (Some('/'), Some('*')) => (at, depth) = (at + 2, depth + 1),
            (Some('*'), Some('/')) => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// `'x'` and `'\n'` are literals, `'a` is a lifetime.
fn character(chars: &[char], at: usize) -> Option<usize> {
    if chars.get(at + 1) == Some(&'\\') {
        let end = chars[at + 3..].iter().position(|c| *c == '\'')?;
        return Some(at + 3 + end + 1);
    }
    (chars.get(at + 2) == Some(&'\'')).then_some(at + 3)
}

fn string(chars: &[char], mut at: usize) -> usize {
    while let Some(c) = chars.get(at) {
        match c {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// `#`s, a quote, anything, a quote, as many `#`s. `None` for a raw identifier such as `r#type`.
fn raw_string(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    if chars.get(at + hashes) != Some(&'"') {
        return None;
    }
    let mut end = at + hashes + 1;
    while end < chars.len() {
        if chars[end] == '"' && chars[end + 1..].iter().take_while(|c| **c == '#').count() >= hashes
        {
            return Some(end + 1 + hashes);
        }
        end += 1;
    }
    Some(end)
}

/// Every path that starts at `crate` or `super`, groups spread out, resolved against `module`,
/// the file's own module.
pub fn paths(tokens: &[Placed], module: &[String]) -> Vec<Path> {
    let mut found = Vec::new();
    let mut here = module.to_vec();
    // Depth of braces, and at which depths an inline module began.
    let (mut depth, mut inline): (usize, Vec<usize>) = (0, Vec::new());
    let mut at = 0;
    while let Some(placed) = tokens.get(at) {
        match &placed.token {
            Token::Sign('{') => {
                depth += 1;
                if let Some(name) = inline_module(tokens, at) {
                    here.push(name);
                    inline.push(depth);
                }
            }
            Token::Sign('}') => {
                if inline.last() == Some(&depth) {
                    inline.pop();
                    here.pop();
                }
                depth = depth.saturating_sub(1);
            }
            Token::Word(word) if word == "crate" || word == "super" => {
                if !visibility(tokens, at) {
                    let mut raw = Vec::new();
                    at = spread(tokens, at, &[], &mut raw);
                    found.extend(raw.into_iter().map(|segments| Path {
                        segments: resolve(&segments, &here),
                        line: placed.line,
                    }));
                    continue;
                }
            }
            Token::Word(_) | Token::Colons | Token::Sign(_) => {}
        }
        at += 1;
    }
    found
}

/// The name of the module that the brace at `at` opens.
fn inline_module(tokens: &[Placed], at: usize) -> Option<String> {
    let before = |back: usize| at.checked_sub(back).map(|at| &tokens[at].token);
    match (before(2)?, before(1)?) {
        (Token::Word(keyword), Token::Word(name)) if keyword == "mod" => Some(name.clone()),
        _ => None,
    }
}

/// `pub(crate)` and `pub(super)` import nothing.
fn visibility(tokens: &[Placed], at: usize) -> bool {
    let sign = |at: Option<usize>, c| {
        at.and_then(|at| tokens.get(at)).is_some_and(|one| one.token == Token::Sign(c))
    };
    sign(at.checked_sub(1), '(') && sign(at.checked_add(1), ')')
}

/// Spreads the tree at `at` into whole paths; says where it ends.
fn spread(
    tokens: &[Placed],
    mut at: usize,
    prefix: &[String],
    out: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = prefix.to_vec();
    loop {
        match tokens.get(at).map(|one| &one.token) {
            Some(Token::Word(word)) => path.push(word.clone()),
            Some(Token::Sign('*')) => path.push("*".to_owned()),
            Some(Token::Sign('{')) => {
                at += 1;
                while let Some(one) = tokens.get(at) {
                    match one.token {
                        Token::Sign('}') => return at + 1,
                        Token::Sign(',') => at += 1,
                        Token::Word(_) | Token::Sign('*' | '{') => {
                            at = spread(tokens, at, &path, out);
                        }
                        Token::Colons | Token::Sign(_) => at += 1,
                    }
                }
                return at;
            }
            // `Path::<T>::call`: what it names is known already.
            Some(Token::Colons | Token::Sign(_)) | None => break,
        }
        at += 1;
        if tokens.get(at).map(|one| &one.token) != Some(&Token::Colons) {
            break;
        }
        at += 1;
    }
    // `as name` gives it another name here.
    if tokens.get(at).map(|one| &one.token) == Some(&Token::Word("as".to_owned())) {
        at += 2;
    }
    out.push(path);
    at
}

/// A path as seen from the crate's root. More `super`s than floors lead to the root as well.
fn resolve(path: &[String], here: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|segment| *segment == "super").count();
    let (mut base, rest) = if ups > 0 {
        (here[..here.len().saturating_sub(ups)].to_vec(), &path[ups..])
    } else {
        (Vec::new(), &path[1..])
    };
    base.extend(rest.iter().filter(|one| *one != "self" && *one != "*").cloned());
    base
}
