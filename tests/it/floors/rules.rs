//! What is allowed on which floor.

use super::source::{Placed, Token, paths, tokens};

/// A floor with the floors it may import. Everything not named here is refused.
const FLOORS: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("ports", &["domain"]),
    ("intake", &["domain"]),
    ("decide", &["domain"]),
    ("render", &["domain"]),
    ("owners", &["domain"]),
    ("flow", &["domain", "ports", "intake", "decide", "render", "owners"]),
    ("adapters", &["domain", "ports"]),
    ("config", &["domain"]),
    ("door", &["domain", "decide", "flow"]),
    ("sandbox", &[]),
    (
        "app",
        &["domain", "ports", "intake", "decide", "render", "owners", "flow", "adapters", "config"],
    ),
];
/// They wire the house and may import all of it.
const TOP: [&str; 3] = ["cli", "main", "lib"];

/// Floors without time, I/O or tasks.
const PURE: [&str; 5] = ["domain", "decide", "intake", "render", "owners"];
/// Words that have no business on a pure floor.
const IMPURE: [&str; 10] = [
    "async",
    "await",
    "tokio",
    "futures",
    "Instant",
    "SystemTime",
    "RandomState",
    "thread",
    "process",
    "net",
];
/// Modules of `std` that have none either.
const IMPURE_STD: [&str; 3] = ["env", "fs", "io"];

/// Libraries that stay in the files that name them: a name ending in `/` is a folder.
const NAMED: [(&str, &[&str]); 23] = [
    ("csv", &["owners/sheet.rs"]),
    ("encoding_rs", &["owners/sheet.rs", "owners/tests/sheet.rs"]),
    ("aws_config", &["adapters/aws.rs", "adapters/aws/"]),
    ("aws_smithy_http_client", &["adapters/aws.rs"]),
    ("aws_smithy_runtime_api", &["adapters/aws.rs", "adapters/aws/"]),
    ("aws_sdk_dynamodb", &["adapters/dynamo/"]),
    ("aws_sdk_organizations", &["adapters/organizations.rs"]),
    ("aws_sdk_secretsmanager", &["adapters/secrets.rs"]),
    ("aws_sdk_sqs", &["adapters/sqs.rs", "adapters/sqs/"]),
    ("prometheus_client", &["door/metrics.rs"]),
    ("rusqlite", &["adapters/sqlite/"]),
    ("slack_morphism", &["adapters/slack.rs", "adapters/slack/"]),
    ("hyper_rustls", &["adapters/slack.rs"]),
    ("hyper_util", &["adapters/slack/", "sandbox/http/"]),
    ("tokio_tungstenite", &["door/socket/"]),
    ("hmac", &["door/slack/verify.rs", "sandbox/"]),
    ("axum", &["door/", "sandbox/http/"]),
    ("handlebars", &["render/words.rs", "render/words/"]),
    ("governor", &["flow/pace.rs"]),
    ("clap", &["cli/"]),
    ("regex", &["domain/owner/matcher.rs"]),
    (
        "serde_saphyr",
        &[
            "owners.rs",
            "owners/",
            "render/words.rs",
            "cli/routes/cases.rs",
            "cli/sandbox/workspace.rs",
            "config.rs",
            "config/",
        ],
    ),
    ("flate2", &["adapters/packed.rs"]),
];

/// Names that say nothing of what a file holds.
const NAMELESS: [&str; 6] = ["util", "utils", "helper", "helpers", "manager", "managers"];

/// The most lines a file may have.
pub const LINES: usize = 400;

/// Everything wrong with a file of `src/`; `file` is its path below `src/`, with `/`.
pub fn check(file: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let module = module(file);
    let floor = module.first().map_or("lib", String::as_str);
    let mut wrong = imports(floor, &module, &tokens);
    wrong.extend(libraries(file, &tokens));
    if PURE.contains(&floor) {
        wrong.extend(impure(&tokens));
    }
    wrong.extend(style(file, source, &tokens));
    wrong.into_iter().map(|(line, what)| format!("src/{file}:{line}: {what}")).collect()
}

/// What holds for tests as well.
pub fn check_test(file: &str, source: &str) -> Vec<String> {
    let wrong = style(file, source, &tokens(source));
    wrong.into_iter().map(|(line, what)| format!("tests/{file}:{line}: {what}")).collect()
}

type Wrong = Vec<(usize, String)>;

/// The module a file holds, from the crate's root.
fn module(file: &str) -> Vec<String> {
    let mut parts: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    if parts.last() == Some(&"mod") || parts == ["lib"] {
        parts.pop();
    }
    parts.into_iter().map(str::to_owned).collect()
}

fn imports(floor: &str, module: &[String], tokens: &[Placed]) -> Wrong {
    if TOP.contains(&floor) {
        return Vec::new();
    }
    let known = FLOORS.iter().find(|(name, _)| *name == floor);
    let Some((_, may)) = known else {
        return vec![(1, format!("`{floor}` has no floor yet: give it one in tests/it/floors"))];
    };
    let mut wrong = Vec::new();
    for path in paths(tokens, module) {
        match path.segments.first() {
            None => wrong.push((path.line, "imports the crate's root as a whole".to_owned())),
            Some(other) if other != floor && !may.contains(&other.as_str()) => {
                wrong.push((path.line, format!("`{floor}` may not import `{other}`")));
            }
            Some(_) => {}
        }
    }
    // Ways around: another name for the crate, or text from another floor.
    for (at, placed) in tokens.iter().enumerate() {
        let next = |n: usize| tokens.get(at + n).map(|one| &one.token);
        match &placed.token {
            Token::Word(word) if word == "monban" && next(1) == Some(&Token::Colons) => {
                wrong.push((placed.line, "names its own crate from outside".to_owned()));
            }
            Token::Word(word) if word == "extern" && is(next(1), "crate") => {
                wrong.push((placed.line, "`extern crate` gives the crate another name".to_owned()));
            }
            Token::Word(word) if word == "include" && next(1) == Some(&Token::Sign('!')) => {
                wrong.push((placed.line, "includes source from elsewhere".to_owned()));
            }
            Token::Word(word)
                if word == "path"
                    && next(1) == Some(&Token::Sign('='))
                    && at.checked_sub(1).map(|at| &tokens[at].token) == Some(&Token::Sign('[')) =>
            {
                wrong.push((placed.line, "takes a module's file from elsewhere".to_owned()));
            }
            Token::Word(_) | Token::Colons | Token::Sign(_) => {}
        }
    }
    wrong
}

fn is(token: Option<&Token>, word: &str) -> bool {
    matches!(token, Some(Token::Word(found)) if found == word)
}

fn libraries(file: &str, tokens: &[Placed]) -> Wrong {
    let mut wrong = Vec::new();
    for placed in tokens {
        let Token::Word(word) = &placed.token else { continue };
        let Some((_, homes)) = NAMED.iter().find(|(name, _)| name == word) else { continue };
        let home = homes.iter().any(|home| match home.strip_suffix('/') {
            Some(_) => file.starts_with(home),
            None => file == *home,
        });
        if !home {
            wrong.push((placed.line, format!("`{word}` belongs into {}", homes.join(", "))));
        }
    }
    wrong
}

fn impure(tokens: &[Placed]) -> Wrong {
    let mut wrong = Vec::new();
    for (at, placed) in tokens.iter().enumerate() {
        let Token::Word(word) = &placed.token else { continue };
        let back = |n: usize| at.checked_sub(n).map(|at| &tokens[at].token);
        let scoped = back(1) == Some(&Token::Colons);
        let grouped = matches!(back(1), Some(Token::Sign('{' | ',')));
        let std = IMPURE_STD.contains(&word.as_str())
            && ((scoped && is(back(2), "std")) || (grouped && in_std_group(tokens, at)));
        let clock = word == "now" && scoped;
        if IMPURE.contains(&word.as_str()) || std || clock {
            wrong.push((placed.line, format!("`{word}` on a pure floor")));
        }
    }
    wrong
}

/// True if the group this token stands in is one of `std`'s.
fn in_std_group(tokens: &[Placed], at: usize) -> bool {
    let mut depth = 0;
    for back in (0..at).rev() {
        match &tokens[back].token {
            Token::Sign(';') => return false,
            Token::Sign('}') => depth += 1,
            Token::Sign('{') if depth == 0 => {
                return back >= 2 && is(tokens.get(back - 2).map(|one| &one.token), "std");
            }
            Token::Sign('{') => depth -= 1,
            Token::Word(_) | Token::Colons | Token::Sign(_) => {}
        }
    }
    false
}

/// What every file keeps to.
fn style(file: &str, source: &str, tokens: &[Placed]) -> Wrong {
    let mut wrong = Vec::new();
    let lines = source.lines().count();
    if lines > LINES {
        wrong.push((lines, format!("{lines} lines; {LINES} is the most")));
    }
    let names = file.trim_end_matches(".rs").split('/');
    wrong.extend(
        names.filter(|name| NAMELESS.contains(name)).map(|name| (1, format!("a file in `{name}`"))),
    );
    for (at, placed) in tokens.iter().enumerate() {
        let Token::Word(word) = &placed.token else { continue };
        let next = tokens.get(at + 1).map(|one| &one.token);
        let before = at.checked_sub(1).map(|at| &tokens[at].token);
        let attribute = before == Some(&Token::Sign('['));
        let what = match word.as_str() {
            "mod" => match next {
                Some(Token::Word(name)) if NAMELESS.contains(&name.as_str()) => {
                    format!("a module `{name}`")
                }
                _ => continue,
            },
            "todo" | "unimplemented" if next == Some(&Token::Sign('!')) => format!("`{word}!`"),
            "allow" if attribute => "an `allow`: use `expect` with a reason".to_owned(),
            "ignore" if attribute => "an ignored test".to_owned(),
            _ => continue,
        };
        wrong.push((placed.line, what));
    }
    // Written in two halves, so that this file keeps its own rule.
    for mark in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")] {
        let marked = source.lines().enumerate().filter(|(_, line)| line.contains(mark));
        wrong.extend(marked.map(|(at, _)| (at + 1, format!("a {mark}"))));
    }
    wrong
}
